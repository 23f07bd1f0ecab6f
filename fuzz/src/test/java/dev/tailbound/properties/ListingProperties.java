package dev.tailbound.properties;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.HexPrinter;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Source;
import dev.tailbound.forms.XlatedPrinter;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.text.AsmPrinter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// Programs of generated cases, printed in forms that hold programs alone, read back the same; whatever is done to the text, the readers refuse it in one line or read it.
class ListingProperties {
    private static final List<String> FORMS = List.of("xlated", "asm", "bytes");

    private static Case read(String form, byte[] bytes) {
        var options = new ImportOptions(Optional.of(Forms.byWord(form)), Optional.empty(), List.of(), Optional.empty());
        return Forms.read(new Source("input", bytes), options).getFirst().source();
    }

    private static List<String> maps(Case source) {
        return source.maps().stream().map(BpfMap::name).toList();
    }

    /// The text without labels and modules, which these forms do not hold.
    private static String text(Program program, List<String> maps) {
        var insns = new ArrayList<>(program.insns());
        insns.replaceAll(insn -> insn instanceof Insn.CallKfunc call ? new Insn.CallKfunc(call.id(), 0) : insn);
        return AsmPrinter.print(new Program("p", insns), maps);
    }

    private static void assertSame(Case again, Program program, Case source) {
        assertThat(text(again.entryProgram(), maps(again))).isEqualTo(text(program, maps(source)));
    }

    @Property(seed = "21", tries = 200)
    void the_verifiers_listing_of_a_program_reads_back_the_same(@ForAll(supplier = GeneratedCases.class) Case source) {
        for (var program : source.programs()) {
            var text = XlatedPrinter.print(program, maps(source));
            assertThat(Forms.recognized(new Source("input", text.getBytes(UTF_8)))).contains(Forms.byWord("xlated"));
            assertSame(read("xlated", text.getBytes(UTF_8)), program, source);
        }
    }

    @Property(seed = "22", tries = 200)
    void a_program_in_hex_reads_back_the_same(@ForAll(supplier = GeneratedCases.class) Case source) {
        for (var program : source.programs()) {
            var bytes = HexPrinter.print(program).getBytes(UTF_8);
            assertThat(Forms.recognized(new Source("input", bytes))).contains(Forms.byWord("bytes"));
            var again = read("bytes", bytes);
            // Maps are named by their positions, those that the program does not use are not there.
            var used = maps(source);
            var names = new ArrayList<String>();
            again.maps().forEach(map -> names.add(used.get(Integer.parseInt(map.name().substring("map_".length())))));
            assertThat(text(again.entryProgram(), names)).isEqualTo(text(program, used));
        }
    }

    /// Linking puts the subprograms in the order of their calls: a second time they are in it.
    @Property(seed = "23", tries = 100)
    void a_dump_of_a_program_is_linked_to_the_same_instructions(@ForAll(supplier = GeneratedCases.class) Case source) {
        for (var program : source.programs()) {
            var once = read("asm", dump(program, maps(source)).getBytes(UTF_8));
            var expected = text(program, maps(source)).replaceAll("map\\[(\\w+)\\]\\[", "map[.data.$1][");
            assertThat(lines(text(once.entryProgram(), maps(once)))).isEqualTo(lines(expected));
            var plain = maps(once).stream().map(name -> name.replace(".data.", "")).toList();
            var twice = read("asm", dump(once.entryProgram(), plain).getBytes(UTF_8));
            assertThat(text(twice.entryProgram(), maps(twice))).isEqualTo(text(once.entryProgram(), maps(once)));
        }
    }

    /// Statements without targets, in no order.
    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.endsWith(":"))
                .map(line -> line.replaceAll("(goto|gotol|call) (l|subprog_)\\d+_*$", "$1")).sorted().toList();
    }

    /// The program as `llvm-objdump -dr` shows it, but for the text of instructions.
    private static String dump(Program program, List<String> maps) {
        var text = new StringBuilder("p.o:\tfile format elf64-bpf\n\nDisassembly of section tc:\n\n0000000000000000 <p>:\n");
        var code = Encoder.encode(program);
        for (int i = 0; i < program.size(); i++) {
            int slot = program.slotOf(i);
            var insn = program.insn(i);
            var bytes = Arrays.copyOfRange(code, 8 * slot, 8 * program.slotOf(i + 1));
            var symbol = "";
            if (insn instanceof Insn.LoadMap(_, int map)) {
                symbol = maps.get(map);
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).put(1, (byte) (bytes[1] & 0xf)).putInt(4, 0);
            } else if (insn instanceof Insn.LoadMapValue(_, int map, int off)) {
                symbol = ".data." + maps.get(map);
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).put(1, (byte) (bytes[1] & 0xf)).putInt(4, off).putInt(12,
                        0);
            }
            text.append("%8d:\t%s\tshown\n".formatted(slot, HexFormat.ofDelimiter(" ").formatHex(bytes)));
            text.append(symbol.isEmpty() ? "" : "\t\t%016x:  R_BPF_64_64\t%s\n".formatted(8 * slot, symbol));
        }
        return text.toString();
    }

    @Property(seed = "34", tries = 300)
    void a_changed_assembly_file_is_read_or_refused(@ForAll(supplier = GeneratedCases.class) Case source,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 1 << 20) Integer> places, @ForAll String added) {
        var text = new StringBuilder("\t.text\n\t.globl\tp\np:\n" + AsmPrinter.print(source.entryProgram(), maps(source))
                .replaceAll("map\\[(\\w+)\\] ll", "$1 ll").replaceAll("map\\[(\\w+)\\]\\[(\\d+)\\] ll", ".data+$2 ll")
                + "\t.data\n\t.long\t7\n");
        requireReadOrRefused(text.toString().getBytes(UTF_8));
        for (int place : places) {
            int at = place % (text.length() + 1);
            text.replace(at, Math.min(text.length(), at + place % 7), place % 2 == 0 ? added
                    : "\n.8byte -0x1:\"".substring(place % 9));
        }
        requireReadOrRefused(text.toString().getBytes(UTF_8));
    }

    @Property(seed = "31", tries = 300)
    void a_changed_listing_is_read_or_refused(@ForAll(supplier = GeneratedCases.class) Case source,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 1 << 20) Integer> places, @ForAll String added) {
        var text = new StringBuilder(XlatedPrinter.print(source.entryProgram(), maps(source)));
        for (int place : places) {
            int at = place % (text.length() + 1);
            text.replace(at, Math.min(text.length(), at + place % 7), place % 2 == 0 ? added
                    : " \n0x1: ()#-9".substring(place % 8));
        }
        requireReadOrRefused(text.toString().getBytes(UTF_8));
    }

    @Property(seed = "33", tries = 300)
    void changed_digits_are_read_or_refused(@ForAll(supplier = GeneratedCases.class) Case source,
            @ForAll @IntRange(min = 0) int at, @ForAll @CharRange(from = '!', to = '~') char added) {
        var text = new StringBuilder(HexPrinter.print(source.entryProgram()));
        text.setCharAt(at % text.length(), added);
        requireReadOrRefused(text.toString().getBytes(UTF_8));
    }

    @Property(seed = "32", tries = 300)
    void any_bytes_are_read_or_refused(@ForAll byte[] bytes) {
        requireReadOrRefused(bytes);
    }

    private static void requireReadOrRefused(byte[] bytes) {
        Forms.recognized(new Source("input", bytes));
        for (var form : FORMS) {
            try {
                read(form, bytes);
            } catch (BadInput refused) {
                assertThat(refused).message().startsWith("input").doesNotContain("\n");
            }
        }
    }
}
