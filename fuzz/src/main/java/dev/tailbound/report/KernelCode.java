package dev.tailbound.report;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// A backend whose machine code is that of a real kernel, moved to other addresses.
///
/// @param name of the kernel's engine
/// @param ours the backend of the kernel's version
record KernelCode(String name, KernelDump dump, Backend ours, Disassembler.Target target) implements Backend {
    private static final Pattern THUNK = Pattern.compile("(__pi_)?__x86_(indirect_(its_)?thunk_(?<register>r\\w+)|return_thunk)");
    private static final List<String> REGISTERS = List.of("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9",
            "r10",
            "r11", "r12", "r13", "r14", "r15");
    private static final int RETURN = REGISTERS.size();

    // Intel SDM, volume 2: `jmp r/m64` and `ret`.
    private static final byte JMP = (byte) 0xff;
    private static final int JMP_MODRM = 0b11_100_000;
    private static final byte REX_B = 0x41;
    private static final byte RET = (byte) 0xc3;

    @Override
    public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
        var functions = program(lowered.program().name()).functions();
        if (functions.size() != lowered.subprograms().size()) {
            throw new BadInput("program " + lowered.program().name(),
                    "expected %d compiled functions, found %d".formatted(lowered.subprograms().size(), functions.size()));
        }
        return MovedCode.of(lowered, ours.compile(lowered, subprogram, linkage, base), base, functions.get(subprogram), target,
                place -> thunk(place, linkage));
    }

    private KernelProgram program(String wanted) {
        return dump.programs().stream().filter(program -> program.name().equals(wanted)).findFirst().orElseThrow();
    }

    /// The stand-in for a thunk of x86-64, through which code jumps indirectly or returns where the processor needs it.
    private OptionalLong thunk(long place, Linkage linkage) {
        var thunk = THUNK.matcher(dump.symbols().names(List.of(place)).getOrDefault(place, ""));
        if (!thunk.matches()) {
            return OptionalLong.empty();
        }
        int routine = thunk.group("register") == null ? RETURN : REGISTERS.indexOf(thunk.group("register"));
        return OptionalLong.of(linkage.routineAddress(ours.routines().size() + routine));
    }

    @Override
    public List<byte[]> routines() {
        var routines = new ArrayList<>(ours.routines());
        if (target == Disassembler.Target.X86_64) {
            for (int number = 0; number < REGISTERS.size(); number++) {
                byte modrm = (byte) (JMP_MODRM | (number & 7));
                routines.add(number < 8 ? new byte[]{ JMP, modrm } : new byte[]{ REX_B, JMP, modrm });
            }
            routines.add(new byte[]{ RET });
        }
        return routines;
    }

    @Override
    public String register(Reg reg) {
        return ours.register(reg);
    }

    @Override
    public boolean restoresBeforeTailCalls() {
        return ours.restoresBeforeTailCalls();
    }

    @Override
    public int tailCallOffset() {
        return ours.tailCallOffset();
    }
}
