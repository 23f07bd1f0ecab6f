package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each error in a command line is one line (where, what was expected, what was found), with exit code 2.
class UsageErrorTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-",
            textBlock = """
                    -                              | expected a command, found none (see tailbound --help)
                    walk                           | walk: unknown command, expected one of run, fuzz, minimize, dump, report, merge, import, export, mail, conformance, plugin, schemes,
                    rnu corpus                     | rnu: unknown command, did you mean run? (see tailbound --help)
                    help fzz                       | fzz: unknown command, did you mean fuzz? (see tailbound --help)
                    merge x                        | tailbound merge: expected --out DIR, found none (see tailbound merge --help)
                    merge no-such-folder --out out | no-such-folder: expected the folder of a campaign, found nothing there
                    fuzz --shard 4/3               | --shard: expected I/N with I from 1 to N and N at most 100000, found '4/3'
                    fuzz --baseline no-such-folder | no-such-folder: expected the folder of a campaign, found nothing there
                    fuzz --known no-such-file      | no-such-file: no such file
                    run                            | tailbound run: expected FILE, found none (see tailbound run --help)
                    run --enigne oracle            | --enigne: unknown option, did you mean --engine? (see tailbound run --help)
                    run --xyzzy                    | --xyzzy: unknown option (see tailbound run --help)
                    run --xyzzy ../corpus          | --xyzzy: unknown option (see tailbound run --help)
                    run no-such.case               | no-such.case: no such file or folder
                    run --interleavings 0 corpus   | --interleavings: expected at least 1, found 0
                    run --interleavings x corpus   | --interleavings: expected a whole number, found 'x' (see tailbound run --help)
                    run --interleavings 2147483648 corpus | --interleavings: expected a number from -2147483648 to 2147483647, found 2147483648
                    run --engine= corpus           | --engine: expected oracle[:big], x86-64[:OPTION,...], arm64[:OPTION,...], kernel:ARCH:IMAGE or external:NAME:COMMAND
                    run --engine mips corpus       | engine mips: expected oracle[:big], x86-64[:OPTION,...], arm64[:OPTION,...], kernel:ARCH:IMAGE or
                    run --engine x86-64:x26 corpus | engine x86-64:x26: unknown option 'x26', expected some of pointer, stack-copy
                    run --engine x86-64: corpus    | engine x86-64:: empty option, expected some of pointer, stack-copy
                    run --engine oracle:bog ../corpus | engine oracle:bog: expected oracle, oracle:little or oracle:big
                    run --engine oracle:big,x ../corpus | engine oracle:big,x: expected oracle, oracle:little or oracle:big
                    run --engine oracle:big --engine arm64 ../corpus | engine arm64: is little-endian, expected the byte order of engine oracle:big, big-endian
                    run --engine x86-64 --engine oracle:big ../corpus | engine oracle:big: is big-endian, expected the byte order of engine x86-64, little-endian
                    run --engine oracle:big --engine oracle:little ../corpus | engine oracle:little: is little-endian, expected the byte order of
                    run --engine arm64 --engine arm64 ../corpus | engine arm64: given twice, expected different engines
                    run --engine arm64:x26,pointer a | expected at most one of pointer, x26, own-x26, found pointer and x26
                    run --engine                   | --engine: expected ENGINE, found none
                    run --tail-calls v5 corpus     | --tail-calls: expected v6.12 or v6.1 or all-attempts, found 'v5'
                    run --passes guard corpus      | --passes: expected none or some of fastcall, dead-code, pro-epilogue, context, zext, inline, guards, found 'guard'
                    run --passes none,zext corpus  | , found 'none'
                    run --format xml corpus        | --format: expected text or json or ktap or junit, found 'xml'
                    dump --engine oracle ../corpus/seeds/tailcall-hierarchy.case | engine oracle: has no machine code, expected x86-64 or arm64
                    dump ../corpus                 | ../corpus: expected a file, found a folder
                    minimize ../corpus             | ../corpus: expected a file, found a folder
                    choices ../corpus              | ../corpus: expected a file, found a folder
                    dump a b                       | tailbound dump: expected nothing more, found 'b'
                    fuzz --seed 1 --seed 2         | --seed: given twice, expected once
                    choices --seed 1 --case -1 entry | --case: expected at least 0, found -1
                    choices --seed 1 entry         | tailbound choices: expected --case N, found none
                    kernels --arch arm64           | tailbound kernels: expected --fetch SUITE, found none
                    kernels --fetch sid --arch z80 | --arch: expected x86-64, arm64, riscv64, ppc64le, loong64, arm, mips64el or i386, found 'z80'
                    bench --cases 9                | --cases: expected at least 10, found 9
                    bench ../corpus/isa/reject     | ../corpus/isa/reject: expected a case that the verifier accepts, found none
                    report                         | tailbound report: expected DIR, found none
                    report no-such-folder          | no-such-folder: expected the folder of a campaign, found nothing there
                    report ../corpus               | ../corpus: contains no campaign
                    report ../corpus --sample 0    | --sample: expected at least 1, found 0
                    """)
    void is_reported_in_one_line(String line, String expected) {
        var err = new StringWriter();
        int exitCode = Tailbound.commandLine(new StringWriter(), err).execute(line == null ? new String[0]
                : line.split(
                        " "));
        assertThat(err.toString().lines()).singleElement().asString().contains(expected);
        assertThat(exitCode).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({ "run, FILE", "dump, FILE", "minimize, FILE", "choices, FILE", "report, DIR" })
    void an_empty_name_is_not_the_current_folder(String command, String place) {
        var err = new StringWriter();
        assertThat(Tailbound.commandLine(new StringWriter(), err).execute(command, "")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("%s: expected a name, found '' (see tailbound %s --help)%n".formatted(place, command));
    }
}
