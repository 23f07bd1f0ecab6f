package dev.tailbound.forms.elf;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Differences of GNU as before release 2.41, shipped with GCC 12, from LLVM and libbpf.
///
/// The immediate of a `ld_imm64` with a relocation already includes the symbol's value, unless the symbol is a section.
final class GnuAssembler {
    private static final Pattern GCC = Pattern.compile("GCC: [^\\x00]* (\\d{1,3})\\.[.\\d]*\\x00");
    private static final int FIRST_NEWER_GCC = 13;
    private static final int LD_IMM64 = 0x18;

    private GnuAssembler() {}

    /// Whether the object has such immediates: a GCC of that time wrote it, and no immediate is too small for that.
    static boolean hasWholeAddends(Elf elf) {
        return isOldGcc(elf) && elf.sections().stream().filter(Elf.Section::isCode)
                .allMatch(section -> elf.relocations(section).stream().filter(relocation -> isOfVariable(section, relocation))
                        .allMatch(relocation -> section.data().u32(relocation.offset() + 4) >= relocation.symbol().value()));
    }

    private static boolean isOfVariable(Elf.Section section, Elf.Relocation relocation) {
        return !relocation.symbol().isSection() && !relocation.symbol().isUndefined()
                && section.data().u8(relocation.offset()) == LD_IMM64;
    }

    private static boolean isOldGcc(Elf elf) {
        return elf.section(".comment")
                .map(section -> new String(section.data().copy(0, section.data().size()), StandardCharsets.ISO_8859_1))
                .map(GCC::matcher).filter(Matcher::find).filter(matcher -> Integer.parseInt(matcher.group(1)) < FIRST_NEWER_GCC)
                .isPresent();
    }
}
