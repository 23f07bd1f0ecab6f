package dev.tailbound.report;

import java.util.List;
import java.util.function.DoubleFunction;

/// A line over a campaign's time: an SVG drawing with two axes, and a caption that names the unit.
final class Chart {
    private static final int WIDTH = 400;
    private static final int HEIGHT = 190;
    private static final int LEFT = 48;
    private static final int RIGHT = WIDTH - 14;
    private static final int TOP = 12;
    private static final int BOTTOM = HEIGHT - 36;
    private static final int TICKS = 4;

    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    /// A value at a time.
    ///
    /// @param x seconds since the campaign began
    record Point(double x, double y) {}

    /// The range of the vertical axis, the distance of its ticks, and how their numbers are written.
    record Scale(double low, double high, double step, DoubleFunction<String> label) {

        /// From 0 to a round number above all points; ticks are whole numbers.
        static Scale above(List<Point> points) {
            double highest = Math.max(1, points.stream().mapToDouble(Point::y).max().orElse(0));
            double step = Math.max(1, Chart.step(highest));
            return new Scale(0, step * Math.ceil(highest / step), step, Figures::tick);
        }

        /// Up to 100 %, from below the lowest point.
        static Scale percent(List<Point> points) {
            double lowest = points.stream().mapToDouble(Point::y).min().orElse(0);
            double low = lowest >= 90 ? 90 : lowest >= 50 ? 50 : 0;
            return new Scale(low, 100, Chart.step(100 - low), value -> Figures.tick(value) + "%");
        }
    }

    private final String caption;
    private final List<Point> points;
    private final double seconds;
    private final Scale scale;

    /// `seconds` is the running time of the campaign.
    Chart(String caption, List<Point> points, double seconds, Scale scale) {
        this.caption = caption;
        this.points = List.copyOf(points);
        this.seconds = seconds;
        this.scale = scale;
    }

    Element render() {
        var figure = new Element("figure").add(new Element("h3", caption));
        if (points.isEmpty()) {
            return figure.add(new Element("p", "Nothing is counted yet.").styled("note"));
        }
        var svg = figure.child("svg").styled("chart").set("viewBox", "0 0 %d %d".formatted(WIDTH, HEIGHT)).set("role", "img")
                .set("aria-label", caption);
        verticalAxis(svg);
        timeAxis(svg);
        if (points.size() == 1) {
            svg.child("circle").styled("dot").set("cx", x(points.getFirst().x())).set("cy", y(points.getFirst().y())).set("r", 3);
        } else {
            var line = path();
            svg.child("path").styled("area").set("d", "%s L %s %s L %s %s Z".formatted(line, at(x(points.getLast().x())),
                    at(BOTTOM), at(x(points.getFirst().x())), at(BOTTOM)));
            svg.child("path").styled("line").set("d", line);
        }
        return figure;
    }

    private String path() {
        var path = new StringBuilder();
        for (var point : points) {
            path.append(path.isEmpty() ? "M " : " L ").append(at(x(point.x()))).append(' ').append(at(y(point.y())));
        }
        return path.toString();
    }

    private void verticalAxis(Element svg) {
        for (int i = 0; scale.low() + i * scale.step() <= scale.high() + scale.step() / 2; i++) {
            double value = scale.low() + i * scale.step();
            svg.child("line").styled(i == 0 ? "axis" : "grid").set("x1", LEFT).set("x2", RIGHT).set("y1", y(value)).set("y2",
                    y(value));
            svg.child("text").styled("end").set("x", LEFT - 7).set("y", y(value) + 4).text(scale.label().apply(value));
        }
    }

    private void timeAxis(Element svg) {
        int unit = seconds < 3 * MINUTE ? 1 : seconds < 3 * HOUR ? MINUTE : seconds < 3 * DAY ? HOUR : DAY;
        double span = Math.max(seconds, 1) / unit;
        double step = step(span);
        for (int i = 0; i * step <= span; i++) {
            double at = x(i * step * unit);
            svg.child("line").styled("axis").set("x1", at).set("x2", at).set("y1", BOTTOM).set("y2", BOTTOM + 4);
            svg.child("text").styled("middle").set("x", at).set("y", BOTTOM + 16).text(Figures.tick(i * step));
        }
        var name = switch (unit) {
            case 1 -> "seconds";
            case MINUTE -> "minutes";
            case HOUR -> "hours";
            default -> "days";
        };
        svg.child("text").styled("end").set("x", RIGHT).set("y", HEIGHT - 5).text(name);
    }

    private double x(double time) {
        return LEFT + (RIGHT - LEFT) * time / Math.max(seconds, 1);
    }

    private double y(double value) {
        return BOTTOM - (BOTTOM - TOP) * (value - scale.low()) / (scale.high() - scale.low());
    }

    private static String at(double coordinate) {
        return Figures.coordinate(coordinate);
    }

    /// 1, 2 or 5 times a power of ten, so that a span has at least [#TICKS] steps.
    private static double step(double span) {
        double power = Math.pow(10, Math.floor(Math.log10(span / TICKS)));
        double rest = span / TICKS / power;
        return power * (rest >= 5 ? 5 : rest >= 2 ? 2 : 1);
    }
}
