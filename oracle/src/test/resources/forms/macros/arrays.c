// Loads two programs, of which the second is in the program array of the first.
#include <linux/bpf.h>
#define ANSWER	(40 + \
		 2)
enum { FIRST = 3, SECOND };

static int load(int jmp_table)
{
	const struct bpf_insn callee[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = ANSWER },
		{ 0x95, 0, 0, 0, 0 },
	};
	struct bpf_insn caller[] = {
		BPF_MOV32_IMM(BPF_REG_3, SECOND - FIRST), /* key */
		BPF_LD_MAP_FD(BPF_REG_2, self->jmp_table),
		((struct bpf_insn) { .code = 0x85, .imm = 12 }),
		BPF_MOV64_IMM(BPF_REG_0, -1),
		BPF_EXIT_INSN(),
	};
	return bpf_prog_load(caller, sizeof(caller));
}
