package dev.tailbound.report;

import dev.tailbound.campaign.folder.TimeSeries.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The progress of the campaign: charts of speed, accepted cases and findings.
final class ProgressCharts {
    private static final int MAX_INTERVALS = 80;

    private final List<Moment> moments;
    private final double seconds;

    ProgressCharts(List<Moment> moments) {
        this.moments = List.copyOf(moments);
        this.seconds = moments.isEmpty() ? 0 : moments.getLast().seconds();
    }

    Element render() {
        var speed = speed();
        var accepted = accepted();
        var findings = findings();
        return new Element("div").styled("charts").add(
                new Chart("Cases per second", speed, seconds, Chart.Scale.above(speed)).render(),
                new Chart("Accepted by the verifier", accepted, seconds, Chart.Scale.percent(accepted)).render(),
                new Chart("Signatures found", findings, seconds, Chart.Scale.above(findings)).render());
    }

    private List<Chart.Point> speed() {
        var points = new ArrayList<Chart.Point>();
        double width = seconds / intervals();
        for (int i = 0; i < intervals(); i++) {
            points.add(new Chart.Point((i + 0.5) * width, grown(Moment::cases, i, width) / width));
        }
        return points;
    }

    /// Intervals without counted cases have no share.
    private List<Chart.Point> accepted() {
        var points = new ArrayList<Chart.Point>();
        double width = seconds / intervals();
        for (int i = 0; i < intervals(); i++) {
            double cases = grown(Moment::cases, i, width);
            if (cases > 0) {
                points.add(new Chart.Point((i + 0.5) * width, 100 * grown(Moment::accepted, i, width) / cases));
            }
        }
        return points;
    }

    /// Steps, since a signature is found at one moment.
    private List<Chart.Point> findings() {
        var points = new ArrayList<Chart.Point>();
        long last = -1;
        for (var moment : moments) {
            if (moment.findings() != last) {
                points.add(new Chart.Point(moment.seconds(), Math.max(last, 0)));
                points.add(new Chart.Point(moment.seconds(), moment.findings()));
                last = moment.findings();
            }
        }
        if (!moments.isEmpty()) {
            points.add(new Chart.Point(seconds, last));
        }
        return points;
    }

    /// At most as many intervals as there are rows.
    private int intervals() {
        return seconds == 0 ? 0 : Math.min(MAX_INTERVALS, Math.max(1, (moments.size() - 1) / 2));
    }

    private double grown(ToDoubleFunction<Moment> counter, int interval, double width) {
        return at(counter, (interval + 1) * width) - at(counter, interval * width);
    }

    /// A counter at any time, interpolated linearly between two moments.
    private double at(ToDoubleFunction<Moment> counter, double time) {
        double earlierTime = 0;
        double earlier = 0;
        for (var moment : moments) {
            double value = counter.applyAsDouble(moment);
            if (moment.seconds() >= time) {
                double span = moment.seconds() - earlierTime;
                return span == 0 ? value : earlier + (value - earlier) * (time - earlierTime) / span;
            }
            earlierTime = moment.seconds();
            earlier = value;
        }
        return earlier;
    }
}
