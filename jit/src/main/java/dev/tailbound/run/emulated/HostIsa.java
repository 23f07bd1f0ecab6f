package dev.tailbound.run.emulated;

import java.util.List;
import java.util.Optional;

/// Properties of a host instruction set: register roles in calls, a few instructions, and the kernel's address layout.
sealed interface HostIsa permits X86Host, Arm64Host {

    /// A register: its name, and its number in libunicorn's `enum uc_x86_reg` or `uc_arm64_reg`.
    record Register(String name, int id) {}

    /// The calling convention of the kernel's C code, for helpers and programs.
    ///
    /// @param arguments the first five
    /// @param scratch   all other caller-saved registers
    /// @param preserved callee-saved registers, without the stack pointer
    /// @param link      holds the return address; empty if it is on the stack
    record Calls(List<Register> arguments, Register result, List<Register> scratch, List<Register> preserved,
            Optional<Register> link, Register stackPointer, Register programCounter) {}

    /// The register of the arithmetic flags, and its value with exactly these flags set.
    record Flags(Register register, long allSet) {}

    /// Start addresses of the regions of guest memory.
    record AddressSpace(long text, long code, long objects, long stack, long perCpu, long modules, long farModules) {}

    Calls calls();

    Flags flags();

    /// Addresses as in this architecture's kernel: text within reach of a call from code, all in the upper half.
    AddressSpace addresses();

    /// The instruction that returns from a function.
    byte[] ret();

    /// The code of a function at `address` as the emulator must have it.
    CorrectedCode corrected(byte[] code, long address);

    /// Fills unused code memory: a byte that, repeated, forms an instruction that raises an exception.
    byte trap();

    /// A jump at `from` to `to`, both within the region for code.
    byte[] jump(long from, long to);

    /// A no-op of the length of a jump.
    byte[] noJump();

    /// Description of an exception number, see [Unicorn.InterruptHook].
    String exception(int number);

    /// Code that sets the current task to the address in the first argument register; empty if the task is found through per-CPU data.
    Optional<byte[]> setTask();

    /// The base register of per-CPU data.
    Optional<Register> perCpuBase();
}
