package dev.tailbound.run.emulated;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Machine code of the [SelfTest], annotated with its assembly; each image but [#load] returns. `a`, `b` and `c` are the first three argument
/// registers.
///
/// @param add     adds the words at `a` and `b`, stores the sum after the word at `a` and returns it
/// @param perCpu  returns the word at offset 16 of the per-CPU area
/// @param flags   returns the arithmetic flags
/// @param atomics atomic instructions with their effects
/// @param swap    exchanges the 32-bit word at `a` for `c` if it equals `b`, and returns the accumulator, which has the value of `b` before
/// @param load    loads the word at `a`
/// @param store   stores `a` at `a`
/// @param one     returns 1
/// @param two     returns 2
/// @param await   sets the word at `a` to 1, waits until the word after it is non-zero, then runs 65,536 rounds of a loop
record TestImages(Code add, Code perCpu, Code flags, List<Atomics> atomics, Optional<Code> swap, Code load, Code store, Code one,
        Code two,
        Code await) {

    /// Machine code in hexadecimal digits.
    record Code(String digits) {
        byte[] bytes() {
            return HexFormat.of().parseHex(digits);
        }

        int length() {
            return digits.length() / 2;
        }
    }

    /// Effects of an image with atomics on the four words at `a`, in order; all other words stay unchanged. It returns the sum of the words read.
    enum Atomics {
        // @formatter:off
        /// Adds `b` to the first word, sets the second to `c`, xors the third with `c`, sets the fourth to `c`; reads the first and the last.
        X86("f0480fc137"     // lock xadd [rdi], rsi
            + "488b4708"     // mov rax, [rdi + 8]
            + "f0480fb15708" // lock cmpxchg [rdi + 8], rdx
            + "f048315710"   // lock xor [rdi + 16], rdx
            + "48875718"     // xchg [rdi + 24], rdx
            + "488d0416"     // lea rax, [rsi + rdx]
            + "c3"),         // ret
        /// The same with FEAT_LSE.
        LSE("0300e1f8"       // ldaddal x1, x3, [x0]
            + "04200091"     // add x4, x0, #8
            + "850040f9"     // ldr x5, [x4]
            + "82fce5c8"     // casal x5, x2, [x4]
            + "04400091"     // add x4, x0, #16
            + "9f2062f8"     // steorl x2, [x4]
            + "04600091"     // add x4, x0, #24
            + "8680e2f8"     // swpal x2, x6, [x4]
            + "6000068b"     // add x0, x3, x6
            + "c0035fd6"),   // ret
        /// Adds `b` to the first word, and reads it.
        LL_SC("037c5fc8"     // ldxr x3, [x0]
            + "6400018b"     // add x4, x3, x1
            + "04fc05c8"     // stlxr w5, x4, [x0]
            + "6000058b"     // add x0, x3, x5; w5 is 0 where it stored
            + "c0035fd6");   // ret
        // @formatter:on

        private final String digits;

        Atomics(String digits) {
            this.digits = digits;
        }

        Code code() {
            return new Code(digits);
        }

        /// Only the first word is read and written.
        boolean isOneWord() {
            return this == LL_SC;
        }
    }

    // @formatter:off
    private static final TestImages X86_64 = new TestImages(
            new Code("488b07"               // mov rax, [rdi]
                + "480306"              // add rax, [rsi]
                + "48894708"            // mov [rdi + 8], rax
                + "c3"),                // ret
            new Code("65488b042510000000"   // mov rax, gs:[16]
                + "c3"),                // ret
            new Code("9c58c3"),             // pushfq; pop rax; ret
            List.of(Atomics.X86),
            Optional.of(new Code("4889f0"   // mov rax, rsi
                + "f00fb117"            // lock cmpxchg [rdi], edx
                + "c3")),               // ret
            new Code("488b07"),             // mov rax, [rdi]
            new Code("48893fc3"),           // mov [rdi], rdi; ret
            new Code("b801000000c3"),       // mov eax, 1; ret
            new Code("b802000000c3"),       // mov eax, 2; ret
            new Code("48c70701000000"       // mov qword ptr [rdi], 1
                + "48837f0800"          // cmp qword ptr [rdi + 8], 0
                + "74f9"                // je -7
                + "b900000100"          // mov ecx, 0x10000
                + "ffc9"                // dec ecx
                + "75fc"                // jne -4
                + "c3"));               // ret

    private static final TestImages ARM64 = arm64(List.of(Atomics.LSE, Atomics.LL_SC));
    private static final TestImages ARM64_NO_LSE = arm64(List.of(Atomics.LL_SC));

    private static TestImages arm64(List<Atomics> atomics) {
        return new TestImages(
                new Code("020040f9"         // ldr x2, [x0]
                    + "230040f9"        // ldr x3, [x1]
                    + "4200038b"        // add x2, x2, x3
                    + "020400f9"        // str x2, [x0, #8]
                    + "e00302aa"        // mov x0, x2
                    + "c0035fd6"),      // ret
                new Code("014138d5"         // mrs x1, sp_el0
                    + "200840f9"        // ldr x0, [x1, #16]
                    + "c0035fd6"),      // ret
                new Code("00423bd5"         // mrs x0, nzcv
                    + "c0035fd6"),      // ret
                atomics,
                Optional.empty(),
                new Code("000040f9"),       // ldr x0, [x0]
                new Code("000000f9"         // str x0, [x0]
                    + "c0035fd6"),      // ret
                new Code("200080d2"         // mov x0, #1
                    + "c0035fd6"),      // ret
                new Code("400080d2"         // mov x0, #2
                    + "c0035fd6"),      // ret
                new Code("220080d2"         // mov x2, #1
                    + "020000f9"        // str x2, [x0]
                    + "020440f9"        // ldr x2, [x0, #8]
                    + "e2ffffb4"        // cbz x2, #-4
                    + "2200a052"        // mov w2, #0x10000
                    + "42040071"        // subs w2, w2, #1
                    + "e1ffff54"        // b.ne #-4
                    + "c0035fd6"));     // ret
    }
    // @formatter:on

    static TestImages of(Cpu cpu) {
        return switch (cpu) {
            case X86_64 -> X86_64;
            case ARM64 -> ARM64;
            case ARM64_NO_LSE -> ARM64_NO_LSE;
        };
    }
}
