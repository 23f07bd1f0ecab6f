package dev.tailbound.forms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever happens to an object's bytes, there is a case that prints and reads back, or one line of complaint.
class ElfHostileTest {
    private static final List<byte[]> OBJECTS = Stream.of("globals.clang-19.v4.o", "programs.clang-14.v3.o", "programs.gcc.o",
            "refused.clang-19.v4.o").map(Path::of).map(ElfObjects.FOLDER::resolve).map(ElfObjects::bytes).toList();

    /// Replaces the bytes at a place, which counts from the end where it is negative.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Change(int at, byte... bytes) {
        void apply(byte... object) {
            int start = Math.floorMod(at, object.length);
            System.arraycopy(bytes, 0, object, start, Math.min(bytes.length, object.length - start));
        }
    }

    @Property(seed = "1", tries = 5_000)
    void a_changed_object_gives_a_case_or_one_complaint(@ForAll("changed") byte[] object) {
        check(object);
    }

    @Property(seed = "2", tries = 1_000)
    void a_part_of_an_object_gives_one_complaint(@ForAll("objects") byte[] object, @ForAll int length) {
        check(Arrays.copyOf(object, Math.floorMod(length, object.length)));
    }

    @Property(seed = "3", tries = 500)
    void any_bytes_give_one_complaint(@ForAll byte[] bytes) {
        check(bytes);
    }

    private static void check(byte... object) {
        var source = new Source("hostile.o", object);
        new ElfForm().recognizes(source);
        try {
            for (var imported : new ElfForm().read(source, ImportOptions.NONE)) {
                var text = CasePrinter.print(imported.source());
                assertThat(CaseReader.parse("printed.case", text)).isEqualTo(imported.source());
            }
        } catch (BadInput bad) {
            assertThat(bad.getMessage()).startsWith("hostile.o: ").doesNotContain("\n", "\r");
        }
    }

    @Provide
    static Arbitrary<byte[]> objects() {
        return Arbitraries.of(OBJECTS);
    }

    /// One to three changes: numbers that headers, symbols and types are full of, and single bits.
    @Provide
    static Arbitrary<byte[]> changed() {
        var places = Arbitraries.integers().between(0, 1 << 14);
        var numbers = Arbitraries.oneOf(Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(8),
                Arbitraries.of(List.of(bytes(0), bytes(0, 0, 0, 0), bytes(-1, -1, -1, -1), bytes(-1, -1, -1, 127),
                        bytes(0, 0, 0, -128), bytes(8, 0, 0, 0), bytes(-1, -1, -1, -1, -1, -1, -1, 127),
                        bytes(-8, -1, -1, -1, -1, -1, -1, -1))));
        var changes = Combinators.combine(places, numbers).as(Change::new).list().ofMinSize(1).ofMaxSize(3);
        return Combinators.combine(objects(), changes).as((object, list) -> {
            var changed = object.clone();
            list.forEach(change -> change.apply(changed));
            return changed;
        });
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
