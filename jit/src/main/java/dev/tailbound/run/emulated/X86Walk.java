package dev.tailbound.run.emulated;

/// Finds the instructions of x86-64 code that libunicorn executes otherwise than processors do: see docs/emulator.md.
///
/// Decodes lengths only (SDM 2A, chapter 2; SDM 2D, appendix A), and stops at an opcode that it does not know.
final class X86Walk {

    /// Receives what is found, as offsets in the code.
    interface Found {
        /// A REX prefix that processors ignore, because a legacy prefix follows it (SDM 2A, section 2.2.1).
        void ignoredRex(int at);

        /// A compare-and-exchange of 32 bits in memory.
        void cmpxchg32(int from, int to);
    }

    // What follows an opcode: '.' nothing, 'm' ModRM, 'b' imm8, 'w' imm16, 'z' imm16 or imm32, 'M' ModRM and imm8, 'Z' ModRM and imm16 or imm32,
    // 'j' rel32, 'v' imm16, imm32 or imm64, 'o' an address, 'e' imm16 and imm8, 'f' and 'F' ModRM and, for test, imm8 or imm32; 'p' is a legacy
    // prefix, 'r' REX, 'V' VEX, '2' the escape to the next map, '?' unknown.
    // @formatter:off
    private static final String ONE_BYTE = ""
            + "mmmmbz??mmmmbz?2" // 00
            + "mmmmbz??mmmmbz??" // 10
            + "mmmmbzp?mmmmbzp?" // 20
            + "mmmmbzp?mmmmbzp?" // 30
            + "rrrrrrrrrrrrrrrr" // 40
            + "................" // 50
            + "???mppppzZbM...." // 60
            + "bbbbbbbbbbbbbbbb" // 70
            + "MZ?Mmmmmmmmmmmmm" // 80
            + "..........?....." // 90
            + "oooo....bz......" // a0
            + "bbbbbbbbvvvvvvvv" // b0
            + "MMw.VVMZe.w..b?." // c0
            + "mmmm???.mmmmmmmm" // d0
            + "bbbbbbbbjj?b...." // e0
            + "p.pp..fF......mm";// f0
    private static final String MAP_0F = ""
            + "mmmm?.....?.?m??" // 00
            + "mmmmmmmmmmmmmmmm" // 10
            + "mmmm????mmmmmmmm" // 20
            + "......?.????????" // 30; 38 and 3a are maps of their own
            + "mmmmmmmmmmmmmmmm" // 40
            + "mmmmmmmmmmmmmmmm" // 50
            + "mmmmmmmmmmmmmmmm" // 60
            + "MMMMmmm.mm??mmmm" // 70
            + "jjjjjjjjjjjjjjjj" // 80
            + "mmmmmmmmmmmmmmmm" // 90
            + "...mMm??...mMmmm" // a0
            + "mmmmmmmmmmMmmmmm" // b0
            + "mmMmMMMm........" // c0
            + "mmmmmmmmmmmmmmmm" // d0
            + "mmmmmmmmmmmmmmmm" // e0
            + "mmmmmmmmmmmmmmmm";// f0
    // @formatter:on
    private static final int CMPXCHG = 0xb1;

    private final byte[] code;
    private final Found found;
    private int at;

    private X86Walk(byte[] code, Found found) {
        this.code = code;
        this.found = found;
    }

    /// Decodes `code` from its start; returns the end of the last known instruction.
    static int over(byte[] code, Found found) {
        var walk = new X86Walk(code, found);
        int end = 0;
        while (end < code.length && walk.instruction() && walk.at <= code.length) {
            end = walk.at;
        }
        return end;
    }

    /// Moves over an instruction; false if it is unknown.
    private boolean instruction() {
        int from = at;
        boolean is16 = false;
        int rex = 0;
        while (true) {
            int opcode = next();
            char follows = ONE_BYTE.charAt(opcode);
            switch (follows) {
                case 'p' -> {
                    if (rex != 0) {
                        found.ignoredRex(at - 2);
                        rex = 0;
                    }
                    is16 |= opcode == 0x66;
                }
                case 'r' -> rex = opcode;
                case 'V' -> {
                    return vex(opcode == 0xc4);
                }
                case '2' -> {
                    return twoBytes(from, is16, (rex & 8) != 0);
                }
                default -> {
                    return operands(follows, opcode, is16, (rex & 8) != 0);
                }
            }
        }
    }

    private boolean twoBytes(int from, boolean is16, boolean is64) {
        int opcode = next();
        if (opcode == 0x38 || opcode == 0x3a) {
            next();
            return operands(opcode == 0x38 ? 'm' : 'M', opcode, is16, is64);
        }
        boolean isInMemory = peek() < 0xc0;
        boolean isKnown = operands(MAP_0F.charAt(opcode), opcode, is16, is64);
        if (opcode == CMPXCHG && isInMemory && !is16 && !is64) {
            found.cmpxchg32(from, at);
        }
        return isKnown;
    }

    private boolean vex(boolean isLong) {
        int map = isLong ? next() & 0x1f : 1;
        next();
        int opcode = next();
        return switch (map) {
            case 1 -> operands(MAP_0F.charAt(opcode), opcode, false, false);
            case 2 -> operands('m', opcode, false, false);
            case 3 -> operands('M', opcode, false, false);
            default -> false;
        };
    }

    private boolean operands(char follows, int opcode, boolean is16, boolean is64) {
        int z = is16 && !is64 ? 2 : 4;
        boolean isTest = (peek() & 0x30) == 0;
        switch (follows) {
            case '.' -> {
            }
            case 'm' -> modRm();
            case 'b' -> at += 1;
            case 'w' -> at += 2;
            case 'z' -> at += z;
            case 'M' -> {
                modRm();
                at += 1;
            }
            case 'Z' -> {
                modRm();
                at += z;
            }
            case 'j' -> at += 4;
            case 'v' -> at += is64 ? 8 : z;
            case 'o' -> at += 8;
            case 'e' -> at += 3;
            case 'f', 'F' -> {
                modRm();
                at += !isTest ? 0 : opcode == 0xf6 ? 1 : z;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /// ModRM, SIB and displacement (SDM 2A, tables 2-2 and 2-3).
    private void modRm() {
        int modRm = next();
        int mod = modRm >> 6;
        int rm = modRm & 7;
        if (mod == 3) {
            return;
        }
        int base = rm == 4 ? next() & 7 : rm;
        at += mod == 1 ? 1 : mod == 2 || base == 5 ? 4 : 0;
    }

    private int next() {
        int value = peek();
        at++;
        return value;
    }

    /// The next byte; 0 after the end.
    private int peek() {
        return at < code.length ? code[at] & 0xff : 0;
    }
}
