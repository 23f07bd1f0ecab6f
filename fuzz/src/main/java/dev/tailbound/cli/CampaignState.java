package dev.tailbound.cli;

import dev.tailbound.campaign.Progress.Status;
import dev.tailbound.campaign.check.CaseVerdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.LinkedHashMap;

/// The state of a campaign as text for other programs.
///
/// @param seed of the campaign
record CampaignState(long seed, LiveLine.Bound bound) {

    /// One JSON object; times are in seconds.
    String json(Status status) {
        var state = new LinkedHashMap<String, Object>();
        state.put("seed", seed);
        state.put("cases", status.total().cases());
        state.put("accepted", status.total().accepted());
        var verdicts = new LinkedHashMap<String, Object>();
        for (var verdict : CaseVerdict.values()) {
            verdicts.put(verdict.word(), status.total().count(verdict));
        }
        state.put("verdicts", verdicts);
        state.put("findings", status.total().findings().keySet());
        state.put("cases_per_second", Math.round(perSecond(status)));
        state.put("elapsed", status.elapsed().toSeconds());
        state.put("left", bound.left(status).map(Duration::toSeconds).orElse(null));
        state.put("stopped_workers", status.stopped());
        var text = new StringWriter();
        Json.write(state, new PrintWriter(text));
        return text + "\n";
    }

    /// The Prometheus text format.
    String metrics(Status status) {
        var text = new StringBuilder();
        head(text, "tailbound_cases_total", "counter", "Cases by verdict.");
        for (var verdict : CaseVerdict.values()) {
            text.append("tailbound_cases_total{seed=\"%d\",verdict=\"%s\"} %d%n".formatted(seed, verdict.word(),
                    status.total().count(verdict)));
        }
        gauge(text, "tailbound_findings", "Signatures of findings.", status.total().findings().size());
        gauge(text, "tailbound_cases_per_second", "Speed of this session.", Math.round(perSecond(status)));
        gauge(text, "tailbound_elapsed_seconds", "Running time of all sessions.", status.elapsed().toSeconds());
        gauge(text, "tailbound_stopped_workers", "Workers that a signal has stopped.", status.stopped());
        return text.toString();
    }

    private void gauge(StringBuilder text, String name, String help, long value) {
        head(text, name, "gauge", help);
        text.append("%s{seed=\"%d\"} %d%n".formatted(name, seed, value));
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP %s %s%n# TYPE %s %s%n".formatted(name, help, name, type));
    }

    private static double perSecond(Status status) {
        return status.session().isZero() ? 0 : status.fresh() * 1e9 / status.session().toNanos();
    }
}
