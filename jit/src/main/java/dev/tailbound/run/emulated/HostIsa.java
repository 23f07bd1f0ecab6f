package dev.tailbound.run.emulated;

import java.util.List;
import java.util.Optional;

/// What the runtime must know of an instruction set: the parts its registers play in calls, a few instructions, and where its kernel puts things.
sealed interface HostIsa permits X86Host, Arm64Host {

    /// A register: its name, and its number in libunicorn's `enum uc_x86_reg` or `uc_arm64_reg`.
    record Register(String name, int id) {}

    /// The calling convention of the kernel's C code, which helpers have and which a program must keep to.
    ///
    /// @param arguments the first five
    /// @param scratch   what else a callee may destroy
    /// @param preserved what a callee must leave as it was, without the stack pointer
    /// @param link      holds the return address; empty where the stack does
    record Calls(List<Register> arguments, Register result, List<Register> scratch, List<Register> preserved,
            Optional<Register> link,
            Register stackPointer, Register programCounter) {}

    /// The arithmetic flags: their register, and what it holds with all of them set and nothing else.
    record Flags(Register register, long allSet) {}

    /// Where the regions of guest memory start.
    record AddressSpace(long text, long code, long objects, long stack, long perCpu, long modules, long farModules) {}

    Calls calls();

    Flags flags();

    /// Addresses in the style of the kernel for this instruction set: code within reach of a call from code to text, all in the upper half.
    AddressSpace addresses();

    /// The instruction that returns from a function.
    byte[] ret();

    /// The byte that makes an instruction which raises an exception; unused room for code is filled with it.
    byte trap();

    /// A jump at `from` to `to`, both within the region for code.
    byte[] jump(long from, long to);

    /// What does nothing, of the length of a jump.
    byte[] noJump();

    /// What an exception of this number is, see [Unicorn.InterruptHook].
    String exception(int number);

    /// Code that makes the address in the first argument register that of the task that runs; empty where code finds its task otherwise.
    Optional<byte[]> setTask();

    /// The register through which code reaches its per-CPU data.
    Optional<Register> perCpuBase();
}
