package dev.tailbound.forms;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The lines of a listing that are about one program.
final class XlatedListing {
    /// An instruction's line.
    ///
    /// @param index the slot that the listing numbers it with
    /// @param text  as the kernel prints it, on one line
    /// @param state the register state on the line and next to it, such as `R1_w=map_ptr(ks=4,vs=16)`; may be empty
    /// @param bytes the instruction's bytes in hex, if bpftool printed `opcodes`
    record Line(int line, int index, int opcode, String text, String state, Optional<String> bytes) {
        private static final int LD_IMM64 = 0x18;

        /// Whether it takes two slots.
        boolean isWide() {
            return opcode == LD_IMM64;
        }

        int next() {
            return index + (isWide() ? 2 : 1);
        }
    }

    private final String name;
    private final List<Line> lines = new ArrayList<>();
    private final SortedMap<Integer, String> functions = new TreeMap<>();
    private Optional<Line> first = Optional.empty();
    private boolean processed;
    private boolean ended;
    private boolean endsInText;

    XlatedListing(String name) {
        this.name = name;
    }

    /// Empty if the listing names no program.
    String name() {
        return name;
    }

    /// In the order of the listing, repeats included.
    List<Line> lines() {
        return lines;
    }

    /// The line of instruction 0, if any.
    Optional<Line> first() {
        return first;
    }

    /// The names of subprograms by their first slot.
    SortedMap<Integer, String> functions() {
        return functions;
    }

    /// Whether the log is that of a program that the verifier accepted: it ends with the count of instructions, and without an error message.
    boolean isAccepted() {
        return processed && !endsInText;
    }

    /// Whether a line has said that this program's log is complete.
    boolean hasEnded() {
        return ended;
    }

    void add(Line line) {
        lines.add(line);
        first = first.isEmpty() && line.index == 0 ? Optional.of(line) : first;
        endsInText = false;
    }

    /// The bytes of the last instruction, from the line after it.
    void bytes(String hex) {
        var last = lines.removeLast();
        lines.add(new Line(last.line, last.index, last.opcode, last.text, last.state, Optional.of(hex)));
    }

    /// A line that the verifier does not print for programs it accepts.
    void text() {
        endsInText |= !processed;
    }

    void processed() {
        processed = true;
        ended = true;
    }

    void end() {
        ended = true;
    }
}
