package dev.tailbound.jit.x86;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Program;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Whole programs, byte for byte as kernels 6.1, 6.12 and 7.2 compiled them with `mitigations=off`, addresses included.
class KernelImageTest {
    private static final HexFormat HEX = HexFormat.of();

    /// Why an image of the kernel is another one.
    // @formatter:off
    private static final Map<String, String> EXPLAINED = Map.ofEntries(
            entry("helper/get_current_task",     "the helper is not offered"),
            entry("ctx-loads",                   "fields of the context are read from the kernel's own structure"),
            entry("jmp/may_goto",                "instruction that is not supported"),
            entry("ld_abs",                      "instruction that is not supported"));
    // @formatter:on

    private static final List<BpfMap> MAPS = List.of(
            new BpfMap.ProgArray("table", 4, new TreeMap<>()), new BpfMap.Array("values", 128, 1, new TreeMap<>()));

    @Test
    void programs_become_the_images_of_kernel_6_1() throws IOException {
        check("images-6.1.txt", X86Backend.stackCopy(), Profile.X86_64_V6_1, 0, 96, 3);
    }

    @Test
    void programs_become_the_images_of_kernel_6_12() throws IOException {
        check("images-6.12.txt", X86Backend.pointer(), Profile.X86_64_V6_12.withCpuNumber(0x3500c), 0x19a18, 97, 4);
    }

    @Test
    void programs_become_the_images_of_kernel_7_2() throws IOException {
        var backend = new X86Backend(X86Options.debian(KernelGeneration.V7_2), new PointerScheme());
        check("images-7.2.txt", backend, Profile.X86_64_V7_2.withCpuNumber(0x83dbd034), 0x83dbd028, 105, 4);
    }

    private static void check(String resource, X86Backend backend, Profile profile, int thisCpuOff, int programs, int explained)
            throws IOException {
        var images = KernelImage.read(resource);
        var differences = new TreeMap<String, String>();
        for (var image : images) {
            var expected = image.functions().stream().map(KernelImage.Function::code).toList();
            var found = compile(image, backend, profile, thisCpuOff);
            if (!found.equals(expected)) {
                differences.put(image.name(), "expected %s, found %s".formatted(expected, found));
            }
        }
        System.out.printf("x86-64: %d of %d programs equal to %s%n", images.size() - differences.size(), images.size(), resource);
        assertThat(images).hasSize(programs);
        assertThat(differences).hasSize(explained);
        assertThat(EXPLAINED).containsKeys(differences.keySet().toArray(String[]::new));
    }

    private static List<String> compile(KernelImage image, X86Backend backend, Profile profile, int thisCpuOff) {
        Program program;
        try {
            program = Decoder.decode("main", image.bpf().toArray());
        } catch (BadInput e) {
            return List.of(e.getMessage());
        }
        var source = new Case("", MAPS, List.of(program), "main", Context.Skb.defaults(), Environment.DEFAULT, Expectation.NONE);
        if (!(Verifier.verify(source) instanceof Verdict.Accepted(var verified))) {
            return List.of("the program is not accepted");
        }
        var lowered = Passes.ALL.lowering(profile).lower(source, program, verified.facts().getFirst());
        var code = new ArrayList<String>();
        for (int i = 0; i < image.functions().size(); i++) {
            code.add(HEX.formatHex(backend.compile(lowered, i, image.linkage(profile.layout(), thisCpuOff), image.functions().get(
                    i).address())
                    .bytes()));
        }
        return code;
    }
}
