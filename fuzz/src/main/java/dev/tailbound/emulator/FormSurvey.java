package dev.tailbound.emulator;

import dev.tailbound.jit.Image;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.jit.disasm.Disassembler.Line;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// The instruction forms in machine code, each with some of its encodings; also pairs of an instruction and a jump on its flags.
public final class FormSurvey implements AutoCloseable {
    /// Encodings kept of a form.
    private static final int ENCODINGS = 256;

    /// Instructions that end every run, so that nothing can be compared.
    private static final List<String> TRAPS = List.of("int3", "ud2", "hlt");

    /// Set all flags that conditional jumps read.
    private static final List<String> SET_FLAGS = List.of("add", "and", "cmp", "cmpxchg", "neg", "or", "sub", "test", "xadd",
            "xor");

    // Processors ignore the REX prefix of each; then the same without it.
    private static final List<List<String>> IGNORED_REX = List.of(List.of("41668939", "668939"), // mov word ptr [rcx], di
            List.of("4166c1c908", "66c1c908"), // ror cx, 8
            List.of("48f00fb117", "f00fb117"), // lock cmpxchg dword ptr [rdi], edx
            List.of("48f00fc117", "f00fc117")); // lock xadd dword ptr [rdi], edx

    private final Disassembler disassembler = new Disassembler(Disassembler.Target.X86_64);
    private final Map<String, Map<String, MachineInsn>> forms = new TreeMap<>();
    private final Map<String, Optional<List<MachineOperand>>> parsed = new HashMap<>();
    private final TreeSet<String> unknown = new TreeSet<>();

    /// Starts with the encodings that backends must not emit, because processors and emulators may decode them differently.
    public FormSurvey() {
        for (var pair : IGNORED_REX) {
            byte[] plain = HexFormat.of().parseHex(pair.getLast());
            insn(HexFormat.of().parseHex(pair.getFirst()), disassembler.disassemble(plain, 0).getFirst(), " after an ignored REX")
                    .ifPresent(this::add);
        }
    }

    /// Adds the code of a program.
    public void add(Image image) {
        image.functions().forEach(function -> add(function.code().bytes()));
        image.around().forEach(around -> add(around.code()));
    }

    /// Adds the code of a function.
    public void add(byte[] code) {
        Optional<MachineInsn> before = Optional.empty();
        for (var line : disassembler.disassemble(code, 0)) {
            int at = (int) line.address();
            var insn = insn(Arrays.copyOfRange(code, at, at + line.size()), line, "");
            insn.ifPresent(this::add);
            if (insn.filter(MachineInsn::isConditionalJump).isPresent()) {
                before.filter(first -> SET_FLAGS.contains(first.mnemonic())).ifPresent(first -> add(first.then(insn.get())));
            }
            before = insn;
        }
    }

    private Optional<MachineInsn> insn(byte[] code, Line line, String note) {
        if (TRAPS.contains(line.mnemonic())) {
            return Optional.empty();
        }
        var operands = parsed.computeIfAbsent(line.operands(), MachineOperand::parse);
        if (operands.isEmpty()) {
            unknown.add(line.text());
        }
        return operands.map(known -> MachineInsn.of(code, line, known, note));
    }

    private void add(MachineInsn insn) {
        var encodings = forms.computeIfAbsent(insn.form(), _ -> new LinkedHashMap<>());
        if (encodings.size() < ENCODINGS) {
            encodings.putIfAbsent(insn.hex(), insn);
        }
    }

    /// The forms by name.
    Map<String, List<MachineInsn>> forms() {
        var lists = new TreeMap<String, List<MachineInsn>>();
        forms.forEach((form, encodings) -> lists.put(form, List.copyOf(encodings.values())));
        return lists;
    }

    /// Instructions with operands of an unknown kind, which are not compared.
    public List<String> unknown() {
        return List.copyOf(unknown);
    }

    @Override
    public void close() {
        disassembler.close();
    }
}
