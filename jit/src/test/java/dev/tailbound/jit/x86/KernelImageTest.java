package dev.tailbound.jit.x86;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.verify.ProgramFacts.Slot;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Whole programs, byte for byte as kernels 6.1, 6.12 and 7.2 compiled them with `mitigations=off`, addresses included.
class KernelImageTest {
    private static final HexFormat HEX = HexFormat.of();

    /// Why an image of the kernel is another one.
    // @formatter:off
    private static final Map<String, String> EXPLAINED = Map.ofEntries(
            entry("jmp/imm64-small",             "the verifier decides branches, such as u>= 0, and removes them"),
            entry("jmp/imm32-small",             "the verifier decides branches, such as u>= 0, and removes them"),
            entry("jmp/imm32-big",               "the verifier decides branches, such as s>= INT_MIN, and removes them"),
            entry("helper/map_lookup",           "the helper is inlined, or called by the map's own function"),
            entry("helper/get_smp_processor_id", "the helper is inlined"),
            entry("helper/get_current_task",     "the helper is inlined"),
            entry("ctx-loads",                   "fields of the context are read from the kernel's own structure"),
            entry("jmp/may_goto",                "instruction that is not supported"),
            entry("ld_abs",                      "instruction that is not supported"));
    // @formatter:on

    @Test
    void programs_become_the_images_of_kernel_6_1() throws IOException {
        check("images-6.1.txt", X86Backend.stackCopy(), ObjectLayout.V6_1, 96, 6);
    }

    @Test
    void programs_become_the_images_of_kernel_6_12() throws IOException {
        check("images-6.12.txt", X86Backend.pointer(), ObjectLayout.V6_12, 97, 8);
    }

    @Test
    void programs_become_the_images_of_kernel_7_2() throws IOException {
        var backend = new X86Backend(X86Options.debian(KernelGeneration.V7_2), new PointerScheme());
        check("images-7.2.txt", backend, ObjectLayout.V7_2, 105, 9);
    }

    private static void check(String resource, X86Backend backend, ObjectLayout layout, int programs, int explained)
            throws IOException {
        var images = KernelImage.read(resource);
        var differences = new TreeMap<String, String>();
        for (var image : images) {
            var expected = image.functions().stream().map(KernelImage.Function::code).toList();
            var found = compile(image, backend, layout);
            if (!found.equals(expected)) {
                differences.put(image.name(), "expected %s, found %s".formatted(expected, found));
            }
        }
        System.out.printf("x86-64: %d of %d programs equal to %s%n", images.size() - differences.size(), images.size(), resource);
        assertThat(images).hasSize(programs);
        assertThat(differences).hasSize(explained);
        assertThat(EXPLAINED).containsKeys(differences.keySet().toArray(String[]::new));
    }

    private static List<String> compile(KernelImage image, X86Backend backend, ObjectLayout layout) {
        Program program;
        try {
            program = Decoder.decode("main", image.bpf().toArray());
        } catch (BadInput e) {
            return List.of(e.getMessage());
        }
        var lowered = Programs.lowered(program, constantSlots(program), functions(program));
        var code = new ArrayList<String>();
        for (int i = 0; i < image.functions().size(); i++) {
            code.add(HEX.formatHex(backend.compile(lowered, i, image.linkage(layout), image.functions().get(i).address())
                    .bytes()));
        }
        return code;
    }

    /// The slots of tail calls behind `r2 = map[0] ll; r3 = CONSTANT`, as all of these programs have them; the arrays have four entries.
    private static SortedMap<Integer, Slot> constantSlots(Program program) {
        var slots = new TreeMap<Integer, Slot>();
        for (int i = 2; i < program.size(); i++) {
            if (program.insn(i) instanceof Insn.CallHelper call && call.isTailCall()
                    && program.insn(i - 1) instanceof Insn.Mov(_, var dst, Imm(int key)) && dst == Reg.R3 && key >= 0 && key < 4
                    && program.insn(i - 2) instanceof Insn.LoadMap(_, int map)) {
                slots.put(i, new Slot(map, key));
            }
        }
        return slots;
    }

    /// Functions start where calls go; a call goes only to functions behind it, which is so in all programs here.
    private static Subprogram[] functions(Program program) {
        var starts = new TreeSet<>(List.of(0, program.size()));
        program.insns().forEach(insn -> {
            if (insn instanceof Insn.Call(var target)) {
                starts.add(target);
            }
        });
        var ends = new ArrayList<>(starts);
        var functions = new Subprogram[ends.size() - 1];
        for (int i = functions.length - 1; i >= 0; i--) {
            functions[i] = function(program, ends.get(i), ends.get(i + 1), functions);
        }
        return functions;
    }

    private static Subprogram function(Program program, int start, int end, Subprogram[] callees) {
        int stack = 0;
        boolean tailCall = false;
        boolean reachable = false;
        for (var insn : program.insns().subList(start, end)) {
            stack = Math.max(stack, stackUse(insn));
            tailCall |= insn instanceof Insn.CallHelper call && call.isTailCall();
            for (var callee : callees) {
                reachable |= insn instanceof Insn.Call(var target) && callee != null && callee.start() == target && callee
                        .tailCallReachable();
            }
        }
        return new Subprogram(program.name() + "+" + start, start, end, stack, tailCall, tailCall || reachable);
    }

    private static int stackUse(Insn insn) {
        return switch (insn) {
            case Insn.Load i when i.base() == Reg.R10 -> -i.off();
            case Insn.Store i when i.base() == Reg.R10 -> -i.off();
            case Insn.Atomic i when i.base() == Reg.R10 -> -i.off();
            default -> 0;
        };
    }
}
