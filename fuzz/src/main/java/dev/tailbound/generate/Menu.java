package dev.tailbound.generate;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The building blocks of functions: each row has a condition, a generator and a weight. Adding an instruction is adding a row.
final class Menu {

    /// @param weight frequency of the row, relative to the others
    record Row(String name, int weight, Predicate<FunctionBuilder> allowed, Consumer<FunctionBuilder> make) {}

    // @formatter:off
    /// The first row is always allowed: it is used if others are not.
    static final List<Row> ROWS = List.of(
        new Row("move immediate",    4, Menu::always,                 AluRows::moveImmediate),
        new Row("wide immediate",    3, Menu::always,                 AluRows::wideImmediate),
        new Row("move",              4, Menu::always,                 AluRows::move),
        new Row("movsx",             4, Menu::v4,                     AluRows::moveSignExtended),
        new Row("alu immediate",    14, Menu::always,                 AluRows::withImmediate),
        new Row("alu register",     18, Menu::always,                 AluRows::withRegister),
        new Row("division corner",   2, Menu::always,                 AluRows::divideAtCorner),
        new Row("neg",               2, Menu::always,                 AluRows::negate),
        new Row("byte swap",         4, Menu::always,                 AluRows::swapBytes),

        new Row("load",             10, Menu::always,                 MemoryRows::load),
        new Row("store",             8, Menu::always,                 MemoryRows::store),
        new Row("variable offset",   3, Menu::always,                 MemoryRows::variableOffset),
        new Row("step pointer",      2, MemoryRows::canStep,          MemoryRows::stepPointer),
        new Row("load slot",         5, MemoryRows::hasFilledSlot,    MemoryRows::loadSlot),
        new Row("store slot",        6, MemoryRows::hasSlot,          MemoryRows::storeSlot),
        new Row("variable slot",     2, MemoryRows::hasQuietSlot,     MemoryRows::variableSlot),
        new Row("spill pointer",     2, MemoryRows::hasWordSlot,      MemoryRows::spillPointer),
        new Row("load context",      3, MemoryRows::hasContext,       MemoryRows::loadContext),
        new Row("store context",     2, MemoryRows::mayStoreContext,    MemoryRows::storeContext),
        new Row("atomic",            8, Menu::atomic,                 AtomicRows::modify),
        new Row("exchange if equal", 5, Menu::atomic,                 AtomicRows::exchangeHalf),
        new Row("load acquire",      2, Menu::ordered,                AtomicRows::loadAcquire),
        new Row("store release",     2, Menu::ordered,                AtomicRows::storeRelease),

        new Row("skip",              6, JumpRows::mayNest,            JumpRows::skip),
        new Row("either",            3, JumpRows::mayNest,            JumpRows::either),
        new Row("exit early",        2, JumpRows::mayNest,            JumpRows::exitEarly),
        new Row("decided",           4, Menu::always,                 JumpRows::decided),
        new Row("skip far",          1, JumpRows::affordsPadding,     JumpRows::skipFar),
        new Row("skip very far",     1, JumpRows::maySkipVeryFar,     JumpRows::skipVeryFar),
        new Row("shuffle",           1, JumpRows::mayNest,            JumpRows::shuffle),
        new Row("loop",              3, JumpRows::mayLoop,            JumpRows::loop),
        new Row("loop far",          1, JumpRows::mayLoopFar,         JumpRows::loopFar),

        new Row("number helper",     2, CallRows::hasSources,         CallRows::source),
        new Row("trace",             2, CallRows::mayTrace,           CallRows::trace),
        new Row("fastcall",         12, FastcallRows::maySpill,       FastcallRows::pattern),
        new Row("kfunc",             4, KfuncRows::mayCall,           KfuncRows::call),
        new Row("lookup",            4, MapRows::mayLookUp,           MapRows::lookup),
        new Row("update",            2, MapRows::mayUpdate,           MapRows::update),
        new Row("delete",            1, MapRows::mayDelete,           MapRows::delete),
        new Row("call",              4, CallRows::mayCallSubprogram,  CallRows::callSubprogram),
        new Row("tail call",         2, TailCallRows::mayTailCall,    TailCallRows::tailCall));
    // @formatter:on

    /// Number of attempts to choose an allowed row before the first row is used.
    private static final int TRIES = 6;

    private final GeneratorOptions options;
    private final int[] upTo = new int[ROWS.size()];

    /// Throws [IllegalArgumentException] for a weight whose row does not exist.
    Menu(GeneratorOptions options) {
        this.options = options;
        var names = ROWS.stream().map(Row::name).toList();
        for (var name : options.weights().keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("weight of %s: expected a row of %s".formatted(name, names));
            }
        }
        int total = 0;
        for (int i = 0; i < upTo.length; i++) {
            total += options.weights().getOrDefault(names.get(i), ROWS.get(i).weight());
            upTo[i] = total;
        }
    }

    GeneratorOptions options() {
        return options;
    }

    /// Adds a row to the function.
    void take(FunctionBuilder f) {
        for (int i = 0; i < TRIES; i++) {
            var row = ROWS.get(choose(f.choices));
            if (row.allowed().test(f)) {
                row.make().accept(f);
                return;
            }
        }
        ROWS.getFirst().make().accept(f);
    }

    private static boolean always(@SuppressWarnings("unused") FunctionBuilder f) {
        return true;
    }

    private static boolean v4(FunctionBuilder f) {
        return f.options.v4();
    }

    private static boolean atomic(FunctionBuilder f) {
        return f.options.target().atomics();
    }

    private static boolean ordered(FunctionBuilder f) {
        return f.options.acquireRelease();
    }

    private int choose(Choices choices) {
        int at = choices.below(Math.max(1, upTo[upTo.length - 1]));
        int row = 0;
        while (row < upTo.length - 1 && at >= upTo[row]) {
            row++;
        }
        return row;
    }
}
