package dev.tailbound.run.kernel;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.VerifiedCase;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Checks whether a kernel can run a case at all.
final class KernelFit {
    // A test run's packet has a link-layer header and must fit in one page.
    private static final int SHORTEST_PACKET = 14;
    private static final int MAX_PACKET = 3000;

    /// As in `agent.c`.
    private static final int TYPED_FUNCTIONS = 64;

    private static final KernelVersion READS_UNWRITTEN_STACK = KernelVersion.of(6, 3);
    private static final KernelVersion STORES_CONSTANTS_TO_CONTEXT = KernelVersion.of(6, 4);

    private final Case source;
    /// Facts per program; empty if Tailbound's verifier rejects the case.
    private final List<ProgramFacts> facts;
    private final KernelImage kernel;
    private final KernelVersion version;

    private KernelFit(Case source, List<ProgramFacts> facts, KernelImage kernel) {
        this.source = source;
        this.facts = facts;
        this.kernel = kernel;
        version = kernel.version();
    }

    /// Reason why the kernel cannot run the case; empty if it can.
    static Optional<String> obstacle(VerifiedCase verified, KernelImage kernel) {
        var fit = new KernelFit(verified.source(), verified.facts(), kernel);
        return Stream.of(fit.events(), fit.loading(), fit.packet(), fit.instructions(fit::running)).flatMap(Optional::stream)
                .findFirst();
    }

    /// Reason why the kernel cannot load its programs; empty if it can.
    static Optional<String> obstacleToLoading(VerifiedCase verified, KernelImage kernel) {
        return new KernelFit(verified.source(), verified.facts(), kernel).loading();
    }

    /// The same for a case without verifier facts.
    static Optional<String> obstacleToLoading(Case source, KernelImage kernel) {
        return new KernelFit(source, List.of(), kernel).loading();
    }

    private Optional<String> loading() {
        return Stream.of(generated(), attachments(), memory(), instructions(this::loading), mixing(), olderRules())
                .flatMap(Optional::stream).findFirst();
    }

    /// Programs that kernel 6.12, and so Tailbound's verifier, accepts but this kernel rejects.
    private Optional<String> olderRules() {
        boolean readsUnwritten = facts.stream().anyMatch(ProgramFacts::readsUnwrittenStack);
        return readsUnwritten && version.isBefore(READS_UNWRITTEN_STACK) ? refuses("reads of stack bytes that were never written")
                : storesConstantToContext() && version.isBefore(STORES_CONSTANTS_TO_CONTEXT)
                        ? refuses("stores of constants to the context")
                        : Optional.empty();
    }

    private Optional<String> refuses(String what) {
        return Optional.of("kernel %d.%d refuses %s".formatted(version.major(), version.minor(), what));
    }

    private boolean storesConstantToContext() {
        return IntStream.range(0, facts.size()).anyMatch(program -> facts.get(program).contextAccesses().stream()
                .mapToObj(source.whole(program)::insn).anyMatch(insn -> insn instanceof Insn.Store(_, _, _, Imm _)));
    }

    private Optional<String> events() {
        return source.events().isEmpty() ? Optional.empty()
                : Optional.of("the case updates program arrays during the run, which cannot be timed on a kernel");
    }

    private Optional<String> generated() {
        return source.proEpilogue().isEmpty() ? Optional.empty()
                : Optional.of("a case cannot define a kernel's prologues and epilogues");
    }

    private Optional<String> attachments() {
        return Stream.concat(source.attachments().list().stream().flatMap(attachment -> obstacle(attachment).stream()),
                source.programs().stream().filter(this::leavesItsKind).map(
                        program -> "program %s has tail calls between attached programs and others, which kernels do not allow"
                                .formatted(program.name())))
                .findFirst();
    }

    /// It is attached and uses a program array with unattached programs, or vice versa.
    private boolean leavesItsKind(Program program) {
        boolean isAttached = isAttached(program.name());
        return program.insns().stream().<Integer>mapMulti((insn, named) -> {
            if (insn instanceof Insn.LoadMap(_, int map)) {
                named.accept(map);
            }
        }).distinct().anyMatch(map -> source.maps().get(map) instanceof BpfMap.ProgArray array
                && array.slots().values().stream().distinct().anyMatch(other -> isAttached(other) != isAttached));
    }

    private boolean isAttached(String program) {
        return source.attachments().of(program).isPresent();
    }

    private Optional<String> obstacle(Attachment attachment) {
        return switch (attachment.kind()) {
            case FMOD_RET -> Optional.of("kernels do not attach fmod_ret programs to programs");
            case FREPLACE -> Optional.of("freplace needs BTF of both programs, and cases have none");
            case FENTRY, FEXIT -> tracing(attachment);
        };
    }

    private Optional<String> tracing(Attachment attachment) {
        if (!isTyped(attachment)) {
            return Optional.of("%s is not among the first %d functions of its program, and only these have BTF in a guest"
                    .formatted(attachment.site(), TYPED_FUNCTIONS));
        }
        return source.programIndex(attachment.program()) < source.programIndex(attachment.target())
                || source.attachments().of(attachment.target()).isPresent()
                        ? Optional.of(
                                "program %s is attached to a later program or to an attached one".formatted(attachment.program()))
                        : Optional.empty();
    }

    private boolean isTyped(Attachment attachment) {
        var target = source.programs().get(source.programIndex(attachment.target()));
        return attachment.isToMain() || target.insns().stream().filter(Insn.Call.class::isInstance)
                .map(call -> ((Insn.Call) call).target()).distinct().sorted().limit(TYPED_FUNCTIONS - 1)
                .anyMatch(start -> attachment.function().equals(target.labels().get(start)));
    }

    private Optional<String> packet() {
        return source.context() instanceof Context.Skb skb && (skb.len() < SHORTEST_PACKET || skb.len() > MAX_PACKET)
                ? Optional.of("a kernel's test run takes %d to %d bytes of packet, not %d".formatted(SHORTEST_PACKET, MAX_PACKET,
                        skb.len()))
                : Optional.empty();
    }

    private Optional<String> memory() {
        return source.context() instanceof Context.Mem && instructions(source).anyMatch(KernelFit::isTailCall)
                ? Optional.of("kernels have no tail calls with memory as context")
                : Optional.empty();
    }

    /// The kernel refuses programs with both, or runs them in its interpreter, which refuses them.
    private Optional<String> mixing() {
        return source.programs().stream()
                .filter(program -> !kernel.promises().mixes() && program.insns().stream().anyMatch(KernelFit::isTailCall)
                        && program.insns().stream().anyMatch(Insn.Call.class::isInstance))
                .findFirst().map(program -> "kernel %d.%d of %s refuses tail calls beside subprograms, as in program %s"
                        .formatted(version.major(), version.minor(), kernel.arch().word(), program.name()));
    }

    private static boolean isTailCall(Insn insn) {
        return insn instanceof Insn.CallHelper call && call.isTailCall();
    }

    private Optional<String> instructions(Function<Insn, Optional<String>> obstacle) {
        return instructions(source).flatMap(insn -> obstacle.apply(insn).stream()).findFirst();
    }

    private static Stream<Insn> instructions(Case source) {
        return source.programs().stream().map(Program::insns).flatMap(List::stream);
    }

    private Optional<String> loading(Insn insn) {
        if (!version.knows(insn)) {
            return Optional.of("kernel %d.%d does not know %s".formatted(version.major(), version.minor(), name(insn)));
        }
        var lack = kernel.promises().lacks().stream().filter(each -> each.has(insn)).findFirst();
        if (lack.isPresent()) {
            return Optional.of("the JIT of kernel %d.%d of %s has no %s".formatted(version.major(), version.minor(),
                    kernel.arch().word(), lack.get().phrase()));
        }
        return insn instanceof Insn.CallHelper(int id) && id == Helper.TRACE.id()
                ? Optional.of("kernels do not have the helper " + Helper.TRACE.symbol())
                : Optional.empty();
    }

    private Optional<String> running(Insn insn) {
        return insn instanceof Insn.CallHelper(int id) ? Helper.byId(id).flatMap(this::running) : Optional.empty();
    }

    private static String name(Insn insn) {
        return switch (insn) {
            case Insn.Alu _ -> "signed division";
            case Insn.Swap _ -> "bswap";
            case Insn.Load _ -> "sign-extending loads";
            case Insn.Jump _ -> "gotol";
            case Insn.MovSx _ -> "sign-extending moves";
            case Insn.CallKfunc _ -> "Tailbound's kfuncs";
            case Insn.LoadAcquire _,Insn.StoreRelease _ -> "load-acquire and store-release";
            default -> insn.toString();
        };
    }

    private Optional<String> running(Helper helper) {
        return switch (helper) {
            case KTIME_GET_NS, GET_PRANDOM_U32 ->
                Optional.of("the result of %s cannot be set on a kernel".formatted(helper.symbol()));
            case GET_SMP_PROCESSOR_ID -> source.environment().cpu() == 0 ? Optional.empty()
                    : Optional.of("the guest has one CPU, 0, not %d".formatted(source.environment().cpu()));
            case TRACE, GET_CURRENT_TASK, MAP_LOOKUP_ELEM, MAP_UPDATE_ELEM, MAP_DELETE_ELEM, TAIL_CALL -> Optional.empty();
        };
    }
}
