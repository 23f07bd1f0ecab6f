static struct bpf_test tests[] = {
	{
		"SHIFT: 3 << 4",
		.u.insns_int = {
			BPF_LD_IMM64(R0, 0x100000003LL),
			BPF_ALU32_IMM(BPF_LSH, R0, 4),
			BPF_EXIT_INSN(),
		},
		INTERNAL,
		{ },
		{ { 0, 0x30 } }
	},
	{
		"CLASSIC: ret 1",
		.u.insns = {
			BPF_STMT(BPF_RET | BPF_K, 1),
		},
		CLASSIC,
		{ },
		{ { 0, 1 } }
	},
};
