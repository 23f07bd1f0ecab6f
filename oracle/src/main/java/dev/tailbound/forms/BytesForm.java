package dev.tailbound.forms;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Program;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/// A program's bytes, binary or written as text.
final class BytesForm implements Form {
    private static final String NAME = "prog";
    private static final int LD_IMM64 = 0x18;
    private static final Pattern SLOT = Pattern.compile("insn (\\d+).*");

    @Override
    public String word() {
        return "bytes";
    }

    @Override
    public String phrase() {
        return "a program's bytes: binary, hex, xxd, hexdump, od, a list, a string or base64";
    }

    @Override
    public boolean recognizes(Source source) {
        var text = ByteText.read(source);
        if (text.isPresent() && !text.get().lines().isEmpty()) {
            // No other input has this spelling, so an error in the program is reported.
            return true;
        }
        return readings(source, text).stream().anyMatch(reading -> {
            try {
                reading.decode();
                return true;
            } catch (BadInput noProgram) {
                return false;
            }
        });
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        var text = ByteText.read(source);
        IntFunction<String> place = slot -> text.flatMap(bytes -> bytes.line(Long.BYTES * slot)).map(source::at)
                .orElse(source.file());
        var readings = readings(source, text);
        BadInput first = null;
        for (var reading : readings) {
            Program program;
            try {
                program = reading.decode();
            } catch (BadInput noProgram) {
                first = first == null ? noProgram : first;
                continue;
            }
            KnownHelpers.require(program, place);
            var draft = new CaseDraft(source);
            reading.guess.ifPresent(draft::guess);
            MapGuesses.add(draft, reading.maps().values().stream().toList(), List.of(program), Map.of());
            return List.of(new Imported("", draft.program(program).enter(options.entry()).build()));
        }
        throw placed(first, place, source);
    }

    private static BadInput placed(BadInput bad, IntFunction<String> place, Source source) {
        var slot = SLOT.matcher(bad.where());
        return bad.in(slot.matches() ? place.apply(Integer.parseInt(slot.group(1))) : source.file());
    }

    /// The possible decodings, the likeliest first.
    private static List<Reading> readings(Source source, Optional<ByteText> text) {
        var all = new ArrayList<byte[]>();
        text.ifPresentOrElse(spelled -> {
            all.add(spelled.bytes());
            spelled.reversed().ifPresent(all::add);
        }, () -> all.add(source.bytes()));
        var readings = new ArrayList<Reading>();
        all.forEach(bytes -> readings.add(new Reading(bytes, readings.isEmpty() ? Optional.empty()
                : Optional.of(
                        "the words of 64 bits have their first byte first"))));
        all.forEach(bytes -> readings.add(new Reading(InsnSlots.swapped(bytes),
                Optional.of("the bytes are those of a big-endian machine, as no others are a program"))));
        return readings;
    }

    /// Little-endian slots whose references to maps are file descriptors.
    @SuppressWarnings("ArrayRecordComponent") // read by index, never compared
    private record Reading(byte[] code, Optional<String> guess) {
        Program decode() {
            var positions = new ArrayList<>(maps().keySet());
            if (positions.size() > CaseLimits.MAPS) {
                throw new BadInput("", "%d maps, expected at most %d".formatted(positions.size(), CaseLimits.MAPS));
            }
            var numbered = ByteBuffer.wrap(code.clone()).order(ByteOrder.LITTLE_ENDIAN);
            references(numbered).forEach(at -> numbered.putInt(at, positions.indexOf(numbered.getInt(at))));
            return Decoder.decode(NAME, numbered.array());
        }

        /// The names of the maps by their file descriptors.
        TreeMap<Integer, String> maps() {
            var buffer = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
            var names = new TreeMap<Integer, String>();
            references(buffer).forEach(at -> names.put(buffer.getInt(at), "map_" + buffer.getInt(at)));
            return names;
        }

        /// The positions of file descriptors: immediates of `ld_imm64` with source 1 or 2 that are not negative.
        private static TreeSet<Integer> references(ByteBuffer code) {
            var places = new TreeSet<Integer>();
            for (int at = 0; at + 2 * Long.BYTES <= code.capacity(); at += Long.BYTES) {
                if (code.get(at) == LD_IMM64) {
                    int src = code.get(at + 1) >> 4 & 0xf;
                    if ((src == 1 || src == 2) && code.getInt(at + 4) >= 0) {
                        places.add(at + 4);
                    }
                    at += Long.BYTES;
                }
            }
            return places;
        }
    }
}
