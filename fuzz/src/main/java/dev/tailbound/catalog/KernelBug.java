package dev.tailbound.catalog;

import dev.tailbound.run.kernel.KernelArch;
import dev.tailbound.run.kernel.KernelVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A documented bug of kernels, and the bounded cases that show whether a kernel has it.
///
/// @param name   one word for tables and for campaigns
/// @param since  the first kernels that may have it, by architecture; other architectures were never affected
/// @param where  the affected kernels, and the commit that fixed it
/// @param claim  the wrong behaviour
/// @param cases  corpus files on which an affected kernel differs from later ones; empty if no test run can show the bug
/// @param unseen why no test run can show it
public record KernelBug(String name, Map<KernelArch, KernelVersion> since, String where, String claim, List<String> cases,
        String unseen) {
    public KernelBug {
        since = Map.copyOf(since);
        cases = List.copyOf(cases);
    }

    // @formatter:off
    private static final KernelVersion FIRST = KernelVersion.of(0, 0);
    private static final KernelVersion V6_13 = KernelVersion.of(6, 13);

    private static final Map<KernelArch, KernelVersion> NOWHERE         = Map.of();
    private static final Map<KernelArch, KernelVersion> ALWAYS          = both(FIRST);
    private static final Map<KernelArch, KernelVersion> ARM64           = Map.of(KernelArch.ARM64, FIRST);
    private static final Map<KernelArch, KernelVersion> V6_2            = both(KernelVersion.of(6, 2));
    private static final Map<KernelArch, KernelVersion> V6_11           = both(KernelVersion.of(6, 11));
    private static final Map<KernelArch, KernelVersion> V6_12           = both(KernelVersion.of(6, 12));
    /// Instructions of version 4.
    private static final Map<KernelArch, KernelVersion> ARM64_V4        = Map.of(KernelArch.ARM64, KernelVersion.of(6, 6));
    /// Direct tail calls.
    private static final Map<KernelArch, KernelVersion> X86_POKES       = Map.of(KernelArch.X86_64, KernelVersion.of(5, 6));
    /// Programs that mix tail calls and subprograms.
    private static final Map<KernelArch, KernelVersion> X86_SUBPROGRAMS = Map.of(KernelArch.X86_64, KernelVersion.of(5, 10));
    private static final Map<KernelArch, KernelVersion> SUBPROGRAMS     = Map.of(KernelArch.X86_64, KernelVersion.of(5, 10), KernelArch.ARM64, KernelVersion.of(6, 0));
    private static final Map<KernelArch, KernelVersion> HIERARCHIES     = Map.of(KernelArch.X86_64, KernelVersion.of(5, 10), KernelArch.ARM64, KernelVersion.of(6, 0), KernelArch.LOONG64, FIRST);
    /// Zero extensions that the verifier inserts, as 6.12 and earlier do on all paths.
    private static final Map<KernelArch, KernelVersion> INSERTED_ZEXT   = Map.of(KernelArch.RISCV64, V6_13, KernelArch.PPC64LE, V6_13, KernelArch.ARM, V6_13);
    private static final Map<KernelArch, KernelVersion> PPC64_V4        = Map.of(KernelArch.PPC64LE, KernelVersion.of(6, 6));
    private static final Map<KernelArch, KernelVersion> MIPS64_V4       = Map.of(KernelArch.MIPS64EL, KernelVersion.of(6, 6));
    private static final Map<KernelArch, KernelVersion> MIPS64          = Map.of(KernelArch.MIPS64EL, FIRST);
    private static final Map<KernelArch, KernelVersion> ARM_FRAMES      = Map.of(KernelArch.ARM, KernelVersion.of(6, 2));
    private static final Map<KernelArch, KernelVersion> LOONG64         = Map.of(KernelArch.LOONG64, FIRST);
    /// Counted where tail calls may not be beside subprograms, in every release.
    private static final Map<KernelArch, KernelVersion> EMPTY_SLOTS     = Map.of(KernelArch.X86_64, FIRST, KernelArch.ARM64, FIRST, KernelArch.RISCV64, FIRST, KernelArch.ARM, FIRST, KernelArch.MIPS64EL, FIRST, KernelArch.I386, FIRST);

    /// The catalogue, by the part of the kernel that was wrong: tail calls, then the verifier, then the JITs.
    public static final List<KernelBug> ALL = List.of(
            shown("hierarchy",        HIERARCHIES,     "until 6.12 (x86-64 116e04ba1459, arm64 66ff4d61dc12), loong64 until 6.17 (c0fcc955ff82)", "the tail calls of a callee are not counted: exponentially many",
                    "tail-calls/hierarchy1-limit100-const.case", "tail-calls/hierarchy1-limit100-var.case", "tail-calls/hierarchy1-limit100-depth3-const.case"),
            shown("flat-calls",       SUBPROGRAMS,     "until 6.12, the same",               "35 calls in a row make 35 tail calls",                 "schemes/flat-35-calls.case"),
            shown("stack-depth",      X86_SUBPROGRAMS, "5.10 to 5.18 (ff672c67ee76)",        "the count is lost if a stack depth is not a multiple of 8", "schemes/depth-not-multiple-of-8.case"),
            shown("empty-slot-count", EMPTY_SLOTS,     "until 6.11; riscv64, arm, mips64el, i386: all", "a tail call to an empty slot is counted",
                    "tail-calls/fail-budget-empty-const-33.case", "tail-calls/fail-budget-empty-var-33.case"),
            shown("limit",            NOWHERE,         "some JITs (745abfaa9eaf)",           "a chain makes 34 tail calls, or 32, instead of 33",   "schemes/main-chain.case", "tail-calls/ping-pong-const.case"),
            shown("callee-saved",     NOWHERE,         "never merged",                       "after an empty slot, registers have the caller's values",          "seeds/poke-empty-slot.case"),
            shown("frame-size",       NOWHERE,         "powerpc32",                          "a target's frame differs from its caller's",           "tail-calls/preserve-stack0-run1.case", "tail-calls/preserve-stack8-run1.case", "tail-calls/preserve-stack200-run1.case"),
            shown("index-width",      NOWHERE,         "none known",                         "more than 32 bits of the index are used",                 "tail-calls/index-0x100000000.case", "tail-calls/index-0xffffffff00000000.case", "tail-calls/index-0x80000000.case"),
            shown("trampoline",       X86_SUBPROGRAMS, "x86-64 5.10 to 6.6 (2b5dcb31a19a)",  "a trampoline overwrites the counter",                  "trampolines/fentry-bounded.case", "trampolines/fexit-bounded.case"),
            hidden("freplace",        V6_2,            "6.2 to 6.13 (d6083f040d5d, fdad456cbcca)", "an extension that tail-calls its own target never ends", "needs BTF of both programs, which cases do not have"),
            hidden("poke-race",       X86_POKES,       "5.6 (4b7de801606e)",                 "a direct tail call is patched while it runs",          "needs an update at the right moment"),
            shown("tail-call-result", SUBPROGRAMS,     "until e3245f899043",                 "the verifier uses a subprogram's own result, not that of its tail call's target", "verifier/tail-call-result.case"),
            shown("linked-registers", V6_11,           "6.11 and later (d7f14173c0d5)",      "the verifier links copies of a register at a wrong distance",
                    "verifier/linked-self-add.case", "verifier/linked-stale-delta.case", "verifier/linked-refused.case"),
            shown("fastcall-spill",   V6_12,           "6.12 and later",                     "a spill is removed although the program reads it: only slots of the shortest bpf_fastcall pattern are checked", "passes/fastcall-shortest.case"),
            shown("zero-extension",   ALWAYS,          "x86-64, arm64 (1e692f09e091)",       "32-bit operations leave or copy upper halves",         "isa/alu/mov32.case", "isa/alu/add32.case", "isa/alu/neg.case", "isa/alu/mul32.case"),
            shown("shifts",           ALWAYS,          "x86-64 (68a8357ec15b), arm64",       "shifts by 0 or by a register with large counts",       "isa/alu/lsh32.case", "isa/alu/lsh64.case", "isa/alu/rsh32.case", "isa/alu/rsh64.case", "isa/alu/arsh32.case", "isa/alu/arsh64.case"),
            shown("jset32",           ARM64,           "arm64 (80f1f8503635)",               "a 32-bit jset tests upper halves",                  "isa/jmp/jset32.case", "isa/jmp/jset64.case"),
            shown("division",         ALWAYS,          "until 6.12",                         "division by zero, or of the minimum by -1",       "isa/alu/div32.case", "isa/alu/div64.case", "isa/alu/mod32.case", "isa/alu/mod64.case", "isa/alu/sdiv32.case", "isa/alu/sdiv64.case", "isa/alu/smod32.case", "isa/alu/smod64.case"),
            shown("byte-swap",        ARM64_V4,        "arm64",                              "results of 16 and 32 bits are not truncated after a swap",              "isa/alu/byteswap.case"),
            shown("sign-extension",   ARM64_V4,        "arm64 (114b5b3b4bde)",               "sign-extending loads and moves",                       "isa/mem/ldsx8.case", "isa/mem/ldsx16.case", "isa/mem/ldsx32.case", "isa/alu/movsx.case"),
            shown("cmpxchg",          NOWHERE,         "ubpf#710, ubpf#727",                 "atomics lose the old value, or compare the wrong half", "isa/mem/atomic32-cmpxchg-a.case", "isa/mem/atomic32-cmpxchg-b.case", "isa/mem/atomic64-cmpxchg-a.case", "isa/mem/atomic64-xchg-a.case"),
            shown("zext-pruned",      INSERTED_ZEXT,   "7.2; no fix known",                  "32-bit results keep their upper half on a path that the verifier prunes", "verifier/zext-pruned.case"),
            shown("loong64-far-stores", LOONG64,       "7.2; no fix known",                  "stores of 32 and 64 bits at offsets beyond 2047 go to four times the offset", "isa/mem/store-far.case"),
            shown("ppc64-ldsx32",     PPC64_V4,        "6.12 to 7.2; no fix known",          "a sign-extending 32-bit load drops the low two bits of its offset", "isa/mem/ldsx32-odd.case"),
            shown("mips64-signed",    MIPS64_V4,       "6.12; no fix known",                 "signed division and sign-extending moves are compiled as unsigned ones", "isa/alu/sdiv-negative.case"),
            shown("larger-frame",     ARM_FRAMES,      "arm 7.2; no fix known",               "the stack of a tail call's target lies below the stack pointer if it is larger than the caller's", "tail-calls/larger-frame.case"),
            shown("mips64-index",     MIPS64,          "6.1 to 6.12; no fix known",          "the index of a tail call is compared in 64 bits",      "tail-calls/index-0x100000000.case"));
    // @formatter:on

    private static Map<KernelArch, KernelVersion> both(KernelVersion version) {
        return Map.of(KernelArch.X86_64, version, KernelArch.ARM64, version);
    }

    private static KernelBug shown(String name, Map<KernelArch, KernelVersion> since, String where, String claim,
            String... cases) {
        return new KernelBug(name, since, where, claim, List.of(cases), "");
    }

    private static KernelBug hidden(String name, Map<KernelArch, KernelVersion> since, String where, String claim,
            String unseen) {
        return new KernelBug(name, since, where, claim, List.of(), unseen);
    }

    /// Why a kernel was never affected; empty if it may have been.
    public Optional<String> absence(KernelArch arch, KernelVersion version) {
        var first = since.get(arch);
        return first == null
                ? Optional.of(
                        arch != KernelArch.X86_64 && arch != KernelArch.ARM64 ? "not known of %s kernels".formatted(arch.word())
                                : "no %s kernel had it".formatted(since.isEmpty() ? "x86-64 or arm64" : arch.word()))
                : version.isBefore(first) ? Optional.of("it came with " + first.release()) : Optional.empty();
    }
}
