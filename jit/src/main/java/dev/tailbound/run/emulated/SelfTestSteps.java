package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.tailbound.jit.disasm.NativeLibrary;
import dev.tailbound.run.emulated.HostIsa.Register;
import dev.tailbound.run.emulated.TestBed.Wrong;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// The checks of the [SelfTest]: each uses a [TestBed] like an engine and throws [Wrong] at the first unexpected result.
final class SelfTestSteps {
    private static final VarHandle WORD = JAVA_LONG.varHandle();

    private SelfTestSteps() {}

    /// Registers keep written values, singly and in batches.
    static void registers(TestBed bed) throws Wrong {
        var registers = registers(bed.isa());
        for (int i = 0; i < registers.size(); i++) {
            bed.unicorn().write(registers.get(i), word(i));
        }
        var all = bed.unicorn().batch(registers);
        all.read();
        for (int i = 0; i < registers.size(); i++) {
            Wrong.unless(registers.get(i).name(), word(i), all.get(i));
            all.set(i, ~word(i));
        }
        all.write();
        for (int i = 0; i < registers.size(); i++) {
            Wrong.unless(registers.get(i).name(), ~word(i), bed.unicorn().read(registers.get(i)));
        }
    }

    private static List<Register> registers(HostIsa isa) {
        var calls = isa.calls();
        return Stream.of(calls.arguments(), calls.scratch(), calls.preserved(), List.of(calls.result(), calls.stackPointer()),
                calls.link().stream().toList(), isa.perCpuBase().stream().toList()).flatMap(List::stream).distinct().toList();
    }

    /// Code and data work at all addresses that engines use, and guest and host see each other's writes.
    static void highAddresses(TestBed bed) throws Wrong {
        var data = List.of(bed.objects(), bed.stack(), bed.perCpu());
        for (int i = 0; i < bed.executable().size(); i++) {
            var code = bed.executable().get(i);
            var first = data.get(i % data.size());
            var second = data.get((i + 1) % data.size());
            long sum = word(i) + word(i + 1);
            code.put(code.base(), bed.images().add().bytes());
            first.putLong(first.base(), word(i));
            second.putLong(second.base() + 16, word(i + 1));
            Wrong.unless("sum of words in %s and %s, by code in %s".formatted(first.name(), second.name(), code.name()), sum,
                    bed.call(code.base(), first.base(), second.base() + 16));
            Wrong.unless("sum stored in " + first.name(), sum, first.getLong(first.base() + 8));
        }
    }

    static void flags(TestBed bed) throws Wrong {
        var flags = bed.isa().flags();
        bed.unicorn().write(flags.register(), flags.allSet());
        Wrong.unless(flags.register().name(), flags.allSet(), bed.call(bed.place(bed.images().flags().bytes())) & flags.allSet());
    }

    static void perCpuData(TestBed bed) throws Wrong {
        bed.usePerCpuArea();
        bed.perCpu().putLong(bed.perCpu().base() + 16, word(1));
        Wrong.unless("word of the per-CPU area", word(1), bed.call(bed.place(bed.images().perCpu().bytes())));
    }

    static void atomics(TestBed bed) throws Wrong {
        for (var atomics : bed.images().atomics()) {
            long[] before = { word(0), word(1), word(2), word(3) };
            long b = word(4);
            long c = word(5);
            long at = bed.objects().base();
            for (int i = 0; i < before.length; i++) {
                bed.objects().putLong(at + (long) i * Long.BYTES, before[i]);
            }
            boolean isOneWord = atomics.isOneWord();
            Wrong.unless("words read by " + atomics, isOneWord ? before[0] : before[0] + before[3],
                    bed.call(bed.place(atomics.code().bytes()), at, b, c));
            long[] after = isOneWord ? new long[]{ before[0] + b, before[1], before[2], before[3] }
                    : new long[]{ before[0] + b, c, before[2] ^ c, c };
            for (int i = 0; i < after.length; i++) {
                Wrong.unless("word %d after %s".formatted(i, atomics), after[i], bed.objects().getLong(at + (long) i
                        * Long.BYTES));
            }
        }
    }

    /// With its correction, a 32-bit compare-and-exchange that succeeds does not change the accumulator.
    static void compareAndExchange(TestBed bed) throws Wrong {
        if (bed.images().swap().isEmpty()) {
            return;
        }
        byte[] code = bed.images().swap().get().bytes();
        long function = bed.place(code);
        long at = bed.objects().base();
        var correction = new ExchangeCorrection(bed.unicorn(), bed.isa().calls().result());
        correction.begin(bed.isa().corrected(code, function).exchanges());
        bed.objects().putLong(at, word(0));
        Wrong.unless("accumulator after an exchange", word(0) ^ 1L << 63, bed.call(function, at, word(0) ^ 1L << 63, word(1)));
        Wrong.unless("word after an exchange", word(0) >>> 32 << 32 | Integer.toUnsignedLong((int) word(1)),
                bed.objects().getLong(at));
        Wrong.unless("accumulator after no exchange", Integer.toUnsignedLong((int) word(1)),
                bed.call(function, at, word(2), word(3)));
        correction.begin(Map.of());
    }

    static void patchBetweenRuns(TestBed bed) throws Wrong {
        var filler = bed.isa().noJump();
        long function = bed.place(filler, bed.images().one().bytes(), bed.images().two().bytes());
        Wrong.unless("result before the jump is there", 1, bed.call(function));
        bed.patch(function, jumpToTwo(bed, function));
        Wrong.unless("result with the jump", 2, bed.call(function));
        bed.patch(function, filler);
        Wrong.unless("result without the jump", 1, bed.call(function));
    }

    static void patchInMidRun(TestBed bed) throws Wrong {
        var filler = bed.isa().noJump();
        long function = bed.placeAtPause(filler, filler, bed.images().one().bytes(), bed.images().two().bytes());
        long patched = function + filler.length;
        Wrong.unless("result before the jump is there", 1, bed.call(function));
        bed.runToPause(function);
        bed.patch(patched, jumpToTwo(bed, patched));
        Wrong.unless("result with the jump", 2, bed.goOn(function));
    }

    /// A jump over the following image.
    private static byte[] jumpToTwo(TestBed bed, long from) {
        return bed.isa().jump(from, from + bed.isa().noJump().length + bed.images().one().length());
    }

    /// A denied access ends the run, is reported, and has no effect.
    static void deniedAccesses(TestBed bed) throws Wrong {
        long unmapped = bed.objects().end();
        bed.denies("read of 8 bytes at 0x%x".formatted(unmapped), bed.place(bed.images().load().bytes()), unmapped);
        long readOnly = bed.text().base();
        long before = bed.text().getLong(readOnly);
        bed.denies("write of 8 bytes at 0x%x".formatted(readOnly), bed.place(bed.images().store().bytes()), readOnly);
        Wrong.unless("word in text after the write", before, bed.text().getLong(readOnly));
        long data = bed.objects().base();
        bed.denies("jump to 0x%x".formatted(data), data);
    }

    /// A counting processor stops after exactly so many instructions and reports the address of a denied access.
    static void countedInstructions(TestBed bed) throws Wrong {
        var filler = bed.isa().noJump();
        long function = bed.place(filler, filler, filler, bed.images().load().bytes());
        bed.enter(bed.objects().end());
        int error = bed.unicorn().start(function, bed.unreached(), 2);
        long pc = bed.programCounter();
        if (error != 0 || pc != function + 2L * filler.length) {
            throw new Wrong("run of two instructions", "a stop at 0x%x".formatted(function + 2L * filler.length), bed.end(error));
        }
        error = bed.unicorn().start(pc, bed.unreached(), 9);
        if (error == 0 || bed.programCounter() != function + 3L * filler.length) {
            throw new Wrong("run to a denied access", "an error at 0x%x".formatted(function + 3L * filler.length),
                    bed.end(error));
        }
    }

    /// Another thread stops a loop. The loop waits for a word that this thread changes after the stop, then takes many more rounds: so a stop is
    /// always in time, and the loop ends even if the library ignores it.
    static void stopFromOutside(TestBed bed) throws Wrong {
        var started = bed.objects().at(bed.objects().base(), Long.BYTES);
        var released = bed.objects().at(bed.objects().base() + Long.BYTES, Long.BYTES);
        put(started, 0);
        put(released, 0);
        var isOver = new AtomicBoolean();
        var stopping = new FutureTask<Void>(() -> {
            while (get(started) == 0 && !isOver.get()) {
                LockSupport.parkNanos(1_000);
            }
            try {
                bed.unicorn().stop();
            } finally {
                put(released, 1);
            }
            return null;
        });
        long function = bed.place(bed.images().await().bytes());
        bed.enter(bed.objects().base());
        Thread.ofPlatform().daemon().name("self-test").start(stopping);
        int error = bed.unicorn().start(function, bed.unreached());
        isOver.set(true);
        join(stopping);
        long pc = bed.programCounter();
        if (error != 0 || pc < function || pc >= function + bed.images().await().length()) {
            throw new Wrong("loop", "a stop in it at 0x%x".formatted(function), bed.end(error));
        }
    }

    private static long get(MemorySegment word) {
        return (long) WORD.getVolatile(word, 0L);
    }

    private static void put(MemorySegment word, long value) {
        WORD.setVolatile(word, 0L, value);
    }

    private static void join(FutureTask<Void> task) {
        try {
            task.get();
        } catch (ExecutionException failure) {
            throw NativeLibrary.unchecked(failure.getCause());
        } catch (InterruptedException nobodyDoes) {
            throw new IllegalStateException(nobodyDoes);
        }
    }

    /// Distinct words with bits in each half.
    private static long word(int number) {
        return 0x9abc_def0_1234_5678L + number * 0x0101_0000_0101_0001L;
    }
}
