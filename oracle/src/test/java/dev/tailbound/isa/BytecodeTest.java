package dev.tailbound.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytecodeTest {
    private static final String EXIT = "9500000000000000";

    @Test
    void every_instruction_survives_encoding_and_decoding() {
        EveryInsn.programs().forEach(program -> assertThat(Decoder.decode("p", Encoder.encode(program))).isEqualTo(program));
    }

    /// RFC 9669's tables, and the load-acquire and store-release of Linux 6.15.
    @Test
    void accepts_exactly_the_opcodes_of_the_instruction_set() {
        var accepted = new TreeSet<Integer>();
        for (int opcode = 0; opcode < 256; opcode++) {
            var second = opcode == 0x18 ? "0000000000000000" : "";
            for (var fields : List.of("00000000000000", "00000001000000", "00000010000000", "00000000010000")) {
                if (decodes("%02x".formatted(opcode) + fields + second + EXIT)) {
                    accepted.add(opcode);
                }
            }
        }
        // @formatter:off
        assertThat(accepted).containsExactlyElementsOf(opcodes("""
                07 0f 04 0c 17 1f 14 1c 27 2f 24 2c 37 3f 34 3c 47 4f 44 4c 57 5f 54 5c 67 6f 64 6c 77 7f 74 7c
                87 84 97 9f 94 9c a7 af a4 ac b7 bf b4 bc c7 cf c4 cc d7 d4 dc
                05 06 15 1d 16 1e 25 2d 26 2e 35 3d 36 3e 45 4d 46 4e 55 5d 56 5e 65 6d 66 6e 75 7d 76 7e
                a5 ad a6 ae b5 bd b6 be c5 cd c6 ce d5 dd d6 de 85 95
                71 69 61 79 91 89 81 72 6a 62 7a 73 6b 63 7b d3 cb c3 db 18"""));
        // @formatter:on
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0f21000000000000, Alu[width=W64 op=ADD dst=R1 src=R2]
            c4030000 1f000000, Alu[width=W32 op=ARSH dst=R3 src=Imm[value=31]]
            3f21010000000000, Alu[width=W64 op=SDIV dst=R1 src=R2]
            9409010002000000, Alu[width=W32 op=SMOD dst=R9 src=Imm[value=2]]
            bf21200000000000, MovSx[width=W64 from=W dst=R1 src=R2]
            dc05000010000000, Swap[op=BE bits=16 dst=R5]
            79a1f8ff00000000, Load[size=DW signed=false dst=R1 base=R10 off=-8]
            8921080000000000, Load[size=H signed=true dst=R1 base=R2 off=8]
            620afcff07000000, Store[size=W base=R10 off=-4 src=Imm[value=7]]
            db210000f1000000, Atomic[op=CMPXCHG size=DW base=R1 off=0 src=R2]
            d321040000010000, LoadAcquire[size=B dst=R1 base=R2 off=4]
            cb21040010010000, StoreRelease[size=H base=R1 off=4 src=R2]
            6602ffff05000000, JumpIf[width=W32 cond=SGT dst=R2 src=Imm[value=5] target=0]
            0600000000000000, Jump[far=true target=1]
            8510000000000000, Call[target=1]
            850000000c000000, CallHelper[id=12]
            """)
    void decodes_the_output_of_llvm(String bytes, String insn) {
        assertThat(decode(bytes + EXIT).insn(0).toString().replace(",", "")).isEqualTo(insn);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    ''                                 | program of 0 bytes, expected a positive multiple of 8
                    95000000                           | program of 4 bytes, expected a positive multiple of 8
                    ff00000000000000                   | insn 0: opcode 0xff is unknown
                    8d00000000000000                   | insn 0: opcode 0x8d (callx) is not accepted
                    0d00000000000000                   | insn 0: opcode 0x0d (gotox) is not supported
                    e500000000000000                   | insn 0: opcode 0xe5 (may_goto) is not supported
                    2000000004000000                   | insn 0: opcode 0x20 (LD ABS, packet access) is not supported
                    5010000004000000                   | insn 0: opcode 0x50 (LD IND, packet access) is not supported
                    b70b000000000000                   | insn 0: dst is r11, expected r0..r10
                    bff1000000000000                   | insn 0: src is r15, expected r0..r10
                    b721000000000000                   | insn 0: opcode 0xb7: reserved field src is 2, expected 0
                    0f21000001000000                   | insn 0: opcode 0x0f: reserved field immediate is 1, expected 0
                    0721040001000000                   | insn 0: opcode 0x07: reserved field src is 2, expected 0
                    0701040001000000                   | insn 0: opcode 0x07: reserved field offset is 4, expected 0
                    8701000001000000                   | insn 0: opcode 0x87: reserved field immediate is 1, expected 0
                    9500010000000000                   | insn 0: opcode 0x95: reserved field offset is 1, expected 0
                    9501000000000000                   | insn 0: opcode 0x95: reserved field dst is 1, expected 0
                    1521000000000000                   | insn 0: opcode 0x15: reserved field src is 2, expected 0
                    1d21000001000000                   | insn 0: opcode 0x1d: reserved field immediate is 1, expected 0
                    0500000001000000                   | insn 0: opcode 0x05: reserved field immediate is 1, expected 0
                    0600010000000000                   | insn 0: opcode 0x06: reserved field offset is 1, expected 0
                    6121000001000000                   | insn 0: opcode 0x61: reserved field immediate is 1, expected 0
                    3701020001000000                   | insn 0: offset of a division is 2, expected 0 (unsigned) or 1 (signed)
                    3701000000000000                   | insn 0 (r1 /= 0): division by the constant 0
                    9401010000000000                   | insn 0 (w1 s%= 0): division by the constant 0
                    c702000041000000                   | insn 0 (r2 s>>= 65): shift count 65 is outside 0..63
                    6402000020000000                   | insn 0 (w2 <<= 32): shift count 32 is outside 0..31
                    67020000ffffffff                   | insn 0 (r2 <<= -1): shift count -1 is outside 0..63
                    bf21010001000000                   | insn 0: opcode 0xbf: reserved field immediate is 1, expected 0
                    bf21010000000000                   | insn 0: opcode 0xbf with offset 1 (addr_space_cast) is not supported
                    bf21070000000000                   | insn 0: offset of a move is 7, expected 0, 8, 16 or 32
                    bc21200000000000                   | insn 0: offset of a move is 32, expected 0, 8, 16
                    d701000008000000                   | insn 0: immediate of bswap is 8, expected 16, 32 or 64
                    db210000e0000000                   | insn 0: atomic operation 0xe0 is unknown
                    d321000000000000                   | insn 0: atomic operand of 8 bits, expected 32 or 64
                    8500010001000000                   | insn 0: opcode 0x85: reserved field offset is 1, expected 0
                    8530000001000000                   | insn 0: call with src 3 is unknown
                    8501000001000000                   | insn 0: opcode 0x85: reserved field dst is 1, expected 0
                    1801000001000000                   | insn 0: ld_imm64 without its second slot, the program ends
                    1801000001000000 9500000000000000  | insn 0: second slot of ld_imm64 has opcode 0x95, dst 0, src 0, offset 0, expected zeros
                    1801000001000000 0001000000000000  | insn 0: second slot of ld_imm64 has opcode 0x00, dst 1, src 0, offset 0, expected zeros
                    1801010001000000 0000000000000000  | insn 0: opcode 0x18: reserved field offset is 1, expected 0
                    1811000001000000 0000000001000000  | insn 0: second immediate of ld_imm64 (map) is 1, expected 0
                    18110000ffffffff 0000000000000000  | insn 0: map number is -1, expected a position in the case
                    1831000001000000 0000000000000000  | insn 0: ld_imm64 with src 3 (BTF id) is not supported
                    1841000001000000 0000000000000000  | insn 0: ld_imm64 with src 4 (callback) is not supported
                    1861000001000000 0000000000000000  | insn 0: ld_imm64 with src 6 (map by fd_array index) is not supported, expected 1 or 2
                    1871000001000000 0000000000000000  | insn 0: ld_imm64 with src 7 is unknown
                    """)
    void rejects_invalid_encodings(String bytes, String message) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    /// Programs that kernels 6.1, 6.12 and 7.2 reject because of the same field.
    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    b702000001000000b7030000010000003702000000000000b7000000000000009500000000000000 | insn 2 (r2 /= 0): division by the constant 0
                    b702000001000000b7030000010000009402000000000000b7000000000000009500000000000000 | insn 2 (w2 %= 0): division by the constant 0
                    b702000001000000b7030000010000006702000040000000b7000000000000009500000000000000 | insn 2 (r2 <<= 64): shift count 64 is outside 0..63
                    b702000001000000b7030000010000006402000020000000b7000000000000009500000000000000 | insn 2 (w2 <<= 32): shift count 32 is outside 0..31
                    b702000001000000b70300000100000067020000ffffffffb7000000000000009500000000000000 | insn 2 (r2 <<= -1): shift count -1 is outside 0..63
                    b702000001000000b703000001000000d402000008000000b7000000000000009500000000000000 | insn 2: immediate of le is 8, expected 16, 32 or 64
                    b702000001000000b703000001000000bc32200000000000b7000000000000009500000000000000 | insn 2: offset of a move is 32, expected 0, 8, 16
                    18260000000000000000000000000000b702000001000000d326400000000000b7000000000000009500000000000000 | insn 3: atomic operand of 8 bits, expected 32 or 64
                    18260000000000000000000000000000b702000001000000cb26400000000000b7000000000000009500000000000000 | insn 3: atomic operand of 16 bits, expected 32 or 64
                    """)
    void rejects_encodings_that_kernels_reject(String bytes, String message) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    b700000000000000 0500fdff00000000                                     | insn 1: target slot -1 is outside 0..1
                    0500010000000000 9500000000000000                                     | insn 0: target slot 2 is outside 0..1
                    06000000ffffff7f                                                      | insn 0: target slot 2147483648 is outside 0..0
                    8510000005000000                                                      | insn 0: target slot 6 is outside 0..0
                    1801000001000000 0000000000000000 1501feff00000000 9500000000000000   | insn 2: target slot 1 is the second half of the ld_imm64 at 0
                    """)
    void rejects_branches_to_where_no_instruction_starts(String bytes, String message) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(BadInput.class).hasMessage(message);
    }

    @Test
    void rejects_a_program_longer_than_kernels_accept() {
        assertThatThrownBy(() -> Decoder.decode("p", new byte[8 * (Decoder.MAX_SLOTS + 1)])).isInstanceOf(BadInput.class)
                .hasMessage("program of 1000001 slots, expected at most 1000000");
    }

    /// Decodable bytes are the only encoding of their program: the decoder ignores no bits.
    @Test
    void any_bytes_are_rejected_or_round_trip() {
        var random = new Random(1);
        var opcodes = opcodes("0f 07 37 87 bf b4 d7 05 06 15 1e 85 95 61 7b 62 db c3 18 18 00 00");
        int accepted = 0;
        for (int round = 0; round < 200_000; round++) {
            var bytes = new byte[8 * (1 + random.nextInt(3))];
            random.nextBytes(bytes);
            for (int slot = 0; slot < bytes.length; slot += 8) {
                bytes[slot] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : opcodes.get(random.nextInt(opcodes.size())));
                for (int i = 1; i < 8; i++) {
                    bytes[slot + i] &= (byte) (random.nextInt(3) > 0 ? 0 : random.nextBoolean() ? 1 : 0xff);
                }
            }
            try {
                var program = Decoder.decode("p", bytes);
                assertThat(Encoder.encode(program)).isEqualTo(bytes);
                accepted++;
            } catch (BadInput refused) {
                assertThat(refused.what()).isNotEmpty();
            }
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    @Test
    void a_jump_over_more_than_16_bits_needs_gotol() {
        var insns = new ArrayList<Insn>(Collections.nCopies(0x8001, new Insn.Exit()));
        insns.set(0, new Insn.Jump(false, 0x8000));
        assertThat(Decoder.decode("p", Encoder.encode(new Program("p", insns))).insns()).isEqualTo(insns);
        insns.add(new Insn.Exit());
        insns.set(0, new Insn.Jump(false, 0x8001));
        assertThatIllegalArgumentException().isThrownBy(() -> Encoder.encode(new Program("p", insns)))
                .withMessage("insn 0: jump over 32768 slots does not fit 16 bits, use gotol");
        insns.set(0, new Insn.Jump(true, 0x8001));
        assertThat(Decoder.decode("p", Encoder.encode(new Program("p", insns))).insns()).isEqualTo(insns);
    }

    @Test
    void the_scratch_register_of_rewritten_code_cannot_be_decoded() {
        var program = new Program("p", List.of(new Insn.Mov(Width.W64, Reg.AX, Reg.R1), new Insn.Exit()));
        assertThatThrownBy(() -> Decoder.decode("p", Encoder.encode(program))).isInstanceOf(BadInput.class)
                .hasMessageContaining("11");
    }

    private static Program decode(String hex) {
        return Decoder.decode("p", HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static boolean decodes(String hex) {
        try {
            decode(hex);
            return true;
        } catch (BadInput refused) {
            assertThat(refused.where()).startsWith("insn ");
            return false;
        }
    }

    private static List<Integer> opcodes(String hex) {
        return hex.lines().flatMap(line -> Stream.of(line.split(" ", -1))).map(opcode -> Integer.parseInt(opcode, 16)).sorted()
                .toList();
    }
}
