package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tailbound.run.emulated.HostIsa.Register;
import dev.tailbound.run.processor.Effect;
import dev.tailbound.run.processor.Processor;
import dev.tailbound.run.processor.Trial;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Single x86-64 instructions in Unicorn.
public final class EmulatedProcessor implements Processor {
    private static final List<Register> REGISTERS = List.of(X86Host.RAX, X86Host.RCX, X86Host.RDX, X86Host.RBX, X86Host.RSP,
            X86Host.RBP, X86Host.RSI, X86Host.RDI, X86Host.R8, X86Host.R9, X86Host.R10, X86Host.R11, X86Host.R12, X86Host.R13,
            X86Host.R14, X86Host.R15);

    private final Arena arena = Arena.ofShared();
    private final X86Host isa = X86Host.INSTANCE;
    private final boolean corrects;
    private final Unicorn unicorn;
    private final Unicorn.Batch registers;
    private final ExchangeCorrection exchanges;
    private final GuestRegion code;
    private final GuestRegion data;
    private long reached;

    /// @param corrects whether it corrects known errors, as engines do
    public EmulatedProcessor(boolean corrects) {
        this.corrects = corrects;
        unicorn = new Unicorn(Cpu.X86_64, arena);
        code = map("code", Trial.codePage(), Unicorn.READ | Unicorn.EXECUTE);
        data = map("data", Trial.dataPage(), Unicorn.READ | Unicorn.WRITE);
        code.bytes().fill(isa.trap());
        registers = unicorn.batch(REGISTERS);
        exchanges = new ExchangeCorrection(unicorn, X86Host.RAX);
        List.of(Trial.NEXT, Trial.TARGET).forEach(end -> unicorn.onCode(end, end + 1, this::ended));
    }

    private GuestRegion map(String name, long address, int protection) {
        var region = GuestRegion.allocate(name, address, GuestRegion.PAGE, protection, arena);
        unicorn.map(region.base(), region.bytes(), protection);
        return region;
    }

    private void ended(long address) {
        reached = address;
        exchanges.aboutToRun(address);
        unicorn.stop();
    }

    @Override
    public List<Effect> run(List<Trial> trials) {
        var effects = new ArrayList<Effect>();
        trials.forEach(trial -> effects.add(run(trial)));
        return effects;
    }

    private Effect run(Trial trial) {
        var corrected = corrects ? isa.corrected(trial.code(), trial.start()) : CorrectedCode.of(trial.code());
        code.put(trial.start(), corrected.bytes());
        unicorn.forget(trial.start(), Trial.NEXT);
        exchanges.begin(corrected.exchanges());
        data.put(Trial.WINDOW, trial.window());
        for (int i = 0; i < REGISTERS.size(); i++) {
            registers.set(i, trial.registers()[i]);
        }
        registers.write();
        unicorn.write(isa.flags().register(), trial.flags() | 2); // a bit that is always set
        unicorn.write(X86Host.GS_BASE, trial.gsBase());
        reached = 0;
        int error = unicorn.start(trial.start(), Trial.codePage());
        exchanges.begin(Map.of());
        if (error != 0 || reached == 0) {
            return new Effect.Faulted();
        }
        registers.read();
        var after = new long[REGISTERS.size()];
        for (int i = 0; i < after.length; i++) {
            after[i] = registers.get(i);
        }
        return new Effect.Done(after, unicorn.read(isa.flags().register()) & Trial.FLAGS, reached == Trial.TARGET,
                data.at(Trial.WINDOW, Trial.WINDOW_BYTES).toArray(JAVA_BYTE));
    }

    @Override
    public void close() {
        unicorn.close();
        arena.close();
    }
}
