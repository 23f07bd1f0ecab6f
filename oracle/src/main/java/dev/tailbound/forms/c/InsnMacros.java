package dev.tailbound.forms.c;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The macros of `include/linux/filter.h` and `tools/include/linux/filter.h` that stand for instructions.
final class InsnMacros {
    /// The expansion of a macro.
    ///
    /// @param slots the five fields of each slot, as expressions over the parameters
    record InsnMacro(String name, List<String> parameters, List<List<CTokens>> slots) {
        /// A parameter that is a helper function.
        static final String FUNC = "FUNC";
    }

    // @formatter:off
    /// A macro a line, with its code, dst, src, off and imm; the second slot after a semicolon.
    private static final String TABLE = """
            BPF_ALU64_REG      (OP, DST, SRC)            BPF_ALU64 | BPF_OP(OP) | BPF_X, DST, SRC, 0, 0
            BPF_ALU32_REG      (OP, DST, SRC)            BPF_ALU | BPF_OP(OP) | BPF_X, DST, SRC, 0, 0
            BPF_ALU64_IMM      (OP, DST, IMM)            BPF_ALU64 | BPF_OP(OP) | BPF_K, DST, 0, 0, IMM
            BPF_ALU32_IMM      (OP, DST, IMM)            BPF_ALU | BPF_OP(OP) | BPF_K, DST, 0, 0, IMM
            BPF_ALU64_REG_OFF  (OP, DST, SRC, OFF)       BPF_ALU64 | BPF_OP(OP) | BPF_X, DST, SRC, OFF, 0
            BPF_ALU32_REG_OFF  (OP, DST, SRC, OFF)       BPF_ALU | BPF_OP(OP) | BPF_X, DST, SRC, OFF, 0
            BPF_ALU64_IMM_OFF  (OP, DST, IMM, OFF)       BPF_ALU64 | BPF_OP(OP) | BPF_K, DST, 0, OFF, IMM
            BPF_ALU32_IMM_OFF  (OP, DST, IMM, OFF)       BPF_ALU | BPF_OP(OP) | BPF_K, DST, 0, OFF, IMM
            BPF_NEG64          (DST)                     BPF_ALU64 | BPF_NEG | BPF_K, DST, 0, 0, 0
            BPF_NEG32          (DST)                     BPF_ALU | BPF_NEG | BPF_K, DST, 0, 0, 0
            BPF_ENDIAN         (TYPE, DST, LEN)          BPF_ALU | BPF_END | BPF_SRC(TYPE), DST, 0, 0, LEN
            BPF_BSWAP          (DST, LEN)                BPF_ALU64 | BPF_END | BPF_TO_LE, DST, 0, 0, LEN
            BPF_MOV64_REG      (DST, SRC)                BPF_ALU64 | BPF_MOV | BPF_X, DST, SRC, 0, 0
            BPF_MOV32_REG      (DST, SRC)                BPF_ALU | BPF_MOV | BPF_X, DST, SRC, 0, 0
            BPF_MOV64_IMM      (DST, IMM)                BPF_ALU64 | BPF_MOV | BPF_K, DST, 0, 0, IMM
            BPF_MOV32_IMM      (DST, IMM)                BPF_ALU | BPF_MOV | BPF_K, DST, 0, 0, IMM
            BPF_MOVSX64_REG    (DST, SRC, OFF)           BPF_ALU64 | BPF_MOV | BPF_X, DST, SRC, OFF, 0
            BPF_MOVSX32_REG    (DST, SRC, OFF)           BPF_ALU | BPF_MOV | BPF_X, DST, SRC, OFF, 0
            BPF_ZEXT_REG       (DST)                     BPF_ALU | BPF_MOV | BPF_X, DST, DST, 0, 0
            BPF_MOV64_RAW      (TYPE, DST, SRC, IMM)     BPF_ALU64 | BPF_MOV | BPF_SRC(TYPE), DST, SRC, 0, IMM
            BPF_MOV32_RAW      (TYPE, DST, SRC, IMM)     BPF_ALU | BPF_MOV | BPF_SRC(TYPE), DST, SRC, 0, IMM
            BPF_LD_IMM64       (DST, IMM)                BPF_LD | BPF_DW | BPF_IMM, DST, 0, 0, (u32) (IMM); 0, 0, 0, 0, (u64) (IMM) >> 32
            BPF_LD_IMM64_RAW   (DST, SRC, IMM)           BPF_LD | BPF_DW | BPF_IMM, DST, SRC, 0, (u32) (IMM); 0, 0, 0, 0, (u64) (IMM) >> 32
            BPF_LD_IMM64_RAW_FULL (DST, SRC, OFF, OFF2, IMM, IMM2) BPF_LD | BPF_DW | BPF_IMM, DST, SRC, OFF, IMM; 0, 0, 0, OFF2, IMM2
            BPF_LD_MAP_FD      (DST, FD)                 BPF_LD | BPF_DW | BPF_IMM, DST, BPF_PSEUDO_MAP_FD, 0, FD; 0, 0, 0, 0, 0
            BPF_LD_MAP_VALUE   (DST, FD, OFF)            BPF_LD | BPF_DW | BPF_IMM, DST, BPF_PSEUDO_MAP_VALUE, 0, FD; 0, 0, 0, 0, OFF
            BPF_LD_ABS         (SIZE, IMM)               BPF_LD | BPF_SIZE(SIZE) | BPF_ABS, 0, 0, 0, IMM
            BPF_LD_IND         (SIZE, SRC, IMM)          BPF_LD | BPF_SIZE(SIZE) | BPF_IND, 0, SRC, 0, IMM
            BPF_LDX_MEM        (SIZE, DST, SRC, OFF)     BPF_LDX | BPF_SIZE(SIZE) | BPF_MEM, DST, SRC, OFF, 0
            BPF_LDX_MEMSX      (SIZE, DST, SRC, OFF)     BPF_LDX | BPF_SIZE(SIZE) | BPF_MEMSX, DST, SRC, OFF, 0
            BPF_STX_MEM        (SIZE, DST, SRC, OFF)     BPF_STX | BPF_SIZE(SIZE) | BPF_MEM, DST, SRC, OFF, 0
            BPF_ST_MEM         (SIZE, DST, OFF, IMM)     BPF_ST | BPF_SIZE(SIZE) | BPF_MEM, DST, 0, OFF, IMM
            BPF_STX_XADD       (SIZE, DST, SRC, OFF)     BPF_STX | BPF_SIZE(SIZE) | BPF_ATOMIC, DST, SRC, OFF, BPF_ADD
            BPF_ATOMIC_OP      (SIZE, OP, DST, SRC, OFF) BPF_STX | BPF_SIZE(SIZE) | BPF_ATOMIC, DST, SRC, OFF, OP
            BPF_JMP_REG        (OP, DST, SRC, OFF)       BPF_JMP | BPF_OP(OP) | BPF_X, DST, SRC, OFF, 0
            BPF_JMP_IMM        (OP, DST, IMM, OFF)       BPF_JMP | BPF_OP(OP) | BPF_K, DST, 0, OFF, IMM
            BPF_JMP32_REG      (OP, DST, SRC, OFF)       BPF_JMP32 | BPF_OP(OP) | BPF_X, DST, SRC, OFF, 0
            BPF_JMP32_IMM      (OP, DST, IMM, OFF)       BPF_JMP32 | BPF_OP(OP) | BPF_K, DST, 0, OFF, IMM
            BPF_JMP_A          (OFF)                     BPF_JMP | BPF_JA, 0, 0, OFF, 0
            BPF_JMP32_A        (IMM)                     BPF_JMP32 | BPF_JA, 0, 0, 0, IMM
            BPF_CALL_REL       (TGT)                     BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, TGT
            BPF_EMIT_CALL      (FUNC)                    BPF_JMP | BPF_CALL, 0, 0, 0, FUNC
            BPF_CALL_FUNC      (FUNC)                    BPF_JMP | BPF_CALL, 0, 0, 0, FUNC
            BPF_CALL_KFUNC     (OFF, IMM)                BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, OFF, IMM
            BPF_RAW_INSN       (CODE, DST, SRC, OFF, IMM) CODE, DST, SRC, OFF, IMM
            BPF_EXIT_INSN      ()                        BPF_JMP | BPF_EXIT, 0, 0, 0, 0
            """;
    // @formatter:on

    private static final Map<String, InsnMacro> ALL = table();

    private InsnMacros() {}

    /// The macro of a name; null if there is none.
    static InsnMacro named(String name) {
        return ALL.get(name);
    }

    private static Map<String, InsnMacro> table() {
        var all = new HashMap<String, InsnMacro>();
        TABLE.lines().map(InsnMacros::row).forEach(macro -> all.put(macro.name, macro));
        return Map.copyOf(all);
    }

    private static InsnMacro row(String line) {
        var tokens = CTokens.lex("filter.h", line).tokens();
        var name = tokens.word("a name");
        var parameters = tokens.inside("(").split().stream().map(parameter -> parameter.word("a parameter")).toList();
        var slots = Stream.<List<CTokens>>builder();
        while (!tokens.atEnd()) {
            slots.add(tokens.until(";").split());
            tokens.accept(";");
        }
        return new InsnMacro(name, parameters, slots.build().toList());
    }
}
