package dev.tailbound.forms.c;

import dev.tailbound.isa.Helper;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The constants of `linux/bpf_common.h`, `linux/bpf.h`, `linux/filter.h` and `limits.h` that programs and their tests use, and the names that
/// `lib/test_bpf.c` gives registers.
final class Constants {
    // @formatter:off
    private static final String NUMBERS = """
            BPF_LD 0x00      BPF_LDX 0x01     BPF_ST 0x02      BPF_STX 0x03     BPF_ALU 0x04     BPF_JMP 0x05
            BPF_JMP32 0x06   BPF_RET 0x06     BPF_ALU64 0x07   BPF_MISC 0x07
            BPF_W 0x00       BPF_H 0x08       BPF_B 0x10       BPF_DW 0x18
            BPF_IMM 0x00     BPF_ABS 0x20     BPF_IND 0x40     BPF_MEM 0x60     BPF_MEMSX 0x80   BPF_ATOMIC 0xc0  BPF_XADD 0xc0
            BPF_ADD 0x00     BPF_SUB 0x10     BPF_MUL 0x20     BPF_DIV 0x30     BPF_OR 0x40      BPF_AND 0x50
            BPF_LSH 0x60     BPF_RSH 0x70     BPF_NEG 0x80     BPF_MOD 0x90     BPF_XOR 0xa0     BPF_MOV 0xb0
            BPF_ARSH 0xc0    BPF_END 0xd0     BPF_TO_LE 0x00   BPF_TO_BE 0x08   BPF_FROM_LE 0x00 BPF_FROM_BE 0x08
            BPF_JA 0x00      BPF_JEQ 0x10     BPF_JGT 0x20     BPF_JGE 0x30     BPF_JSET 0x40    BPF_JNE 0x50
            BPF_JSGT 0x60    BPF_JSGE 0x70    BPF_CALL 0x80    BPF_EXIT 0x90    BPF_JLT 0xa0     BPF_JLE 0xb0
            BPF_JSLT 0xc0    BPF_JSLE 0xd0    BPF_JCOND 0xe0   BPF_MAY_GOTO 0   BPF_K 0x00       BPF_X 0x08
            BPF_FETCH 0x01   BPF_XCHG 0xe1    BPF_CMPXCHG 0xf1 BPF_LOAD_ACQ 0x100 BPF_STORE_REL 0x110
            BPF_PSEUDO_MAP_FD 1 BPF_PSEUDO_MAP_VALUE 2 BPF_PSEUDO_BTF_ID 3 BPF_PSEUDO_FUNC 4 BPF_PSEUDO_MAP_IDX 5
            BPF_PSEUDO_MAP_IDX_VALUE 6 BPF_PSEUDO_CALL 1 BPF_PSEUDO_KFUNC_CALL 2 BPF_ADDR_SPACE_CAST 1
            BPF_REG_A 0      BPF_REG_X 7      BPF_REG_TMP 8    BPF_REG_CTX 6    BPF_REG_FP 10    BPF_REG_AX 11
            BPF_REG_ARG1 1   BPF_REG_ARG2 2   BPF_REG_ARG3 3   BPF_REG_ARG4 4   BPF_REG_ARG5 5   MAX_BPF_REG 11
            BPF_ANY 0        BPF_NOEXIST 1    BPF_EXIST 2      BPF_FUNC_unspec 0
            MAX_BPF_STACK 512 MAX_ENTRIES 11  MAX_TAIL_CALL_CNT 33 TEST_DATA_LEN 64 PAGE_SIZE 4096
            XDP_ABORTED 0    XDP_DROP 1       XDP_PASS 2       XDP_TX 3         XDP_REDIRECT 4
            TC_ACT_UNSPEC -1 TC_ACT_OK 0      TC_ACT_SHOT 2    SK_DROP 0        SK_PASS 1
            INT_MAX 0x7fffffff S32_MAX 0x7fffffff S16_MAX 0x7fff S16_MIN -0x8000 S8_MAX 0x7f S8_MIN -0x80
            U8_MAX 0xff      U16_MAX 0xffff   SHRT_MAX 0x7fff  SHRT_MIN -0x8000
            ENOENT 2         E2BIG 7          EINVAL 22        EFAULT 14        EPERM 1          ENOTSUPP 524
            """;
    // @formatter:on

    static final Map<String, CValue> ALL = all();

    private Constants() {}

    private static Map<String, CValue> all() {
        var all = new HashMap<String, CValue>();
        var words = Pattern.compile("\\s+").split(NUMBERS.strip(), 0);
        for (int i = 0; i < words.length; i += 2) {
            all.put(words[i], CValue.of(Integer.decode(words[i + 1])));
        }
        for (int reg = 0; reg <= 10; reg++) {
            all.put("BPF_REG_" + reg, CValue.of(reg));
            all.put("R" + reg, CValue.of(reg));
        }
        all.put("INT_MIN", CValue.of(Integer.MIN_VALUE));
        all.put("S32_MIN", CValue.of(Integer.MIN_VALUE));
        all.put("UINT_MAX", new CValue(-1, false, true));
        all.put("U32_MAX", new CValue(-1, false, true));
        for (var name : new String[]{ "LONG_MAX", "LLONG_MAX", "S64_MAX" }) {
            all.put(name, new CValue(Long.MAX_VALUE, true, false));
        }
        for (var name : new String[]{ "LONG_MIN", "LLONG_MIN", "S64_MIN" }) {
            all.put(name, new CValue(Long.MIN_VALUE, true, false));
        }
        for (var name : new String[]{ "ULONG_MAX", "ULLONG_MAX", "U64_MAX" }) {
            all.put(name, new CValue(-1, true, true));
        }
        for (var helper : Helper.values()) {
            all.put(functionName(helper), CValue.of(helper.id()));
        }
        return Map.copyOf(all);
    }

    /// `BPF_FUNC_tail_call`
    static String functionName(Helper helper) {
        return "BPF_FUNC_" + (helper.symbol().startsWith("bpf_") ? helper.symbol().substring("bpf_".length()) : helper.symbol());
    }
}
