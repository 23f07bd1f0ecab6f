package dev.tailbound.cli;

import dev.tailbound.cli.TestResult.Status;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.function.Predicate;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Formats of results for test runners.
enum TestFormat {
    /// Kernel Test Anything Protocol, version 1: Documentation/dev-tools/ktap.rst.
    KTAP {
        @Override
        void print(String suite, List<TestResult> results, PrintWriter out) {
            out.println("KTAP version 1");
            out.println("1..1");
            out.println("  KTAP version 1");
            out.println("  # Subtest: " + line(suite));
            out.println("  1.." + results.size());
            for (int i = 0; i < results.size(); i++) {
                var result = results.get(i);
                result.details().forEach(detail -> detail.lines().forEach(each -> out.println("  # " + each)));
                out.println("  %s %d %s%s".formatted(passes(result.status()) ? "ok" : "not ok", i + 1, line(result.name()),
                        directive(result)));
            }
            out.println("%s 1 %s".formatted(results.stream().allMatch(result -> passes(result.status())) ? "ok" : "not ok",
                    line(suite)));
        }
    },
    /// The XML that Jenkins and most other servers read.
    JUNIT {
        @Override
        void print(String suite, List<TestResult> results, PrintWriter out) {
            var text = new StringWriter();
            try {
                var xml = XMLOutputFactory.newFactory().createXMLStreamWriter((Writer) text);
                write(suite, results, xml);
                xml.close();
            } catch (XMLStreamException e) {
                throw new IllegalStateException(e);
            }
            out.println(text);
        }
    };

    abstract void print(String suite, List<TestResult> results, PrintWriter out);

    private static boolean passes(Status status) {
        return switch (status) {
            case PASSED, SKIPPED, KNOWN -> true;
            case FAILED, ERROR -> false;
        };
    }

    /// `#` starts a directive, so names and reasons do not contain it.
    private static String line(String text) {
        return text.replace('#', '_').lines().findFirst().orElse("").strip();
    }

    private static String directive(TestResult result) {
        return switch (result.status()) {
            case PASSED -> "";
            case FAILED -> " # " + line(result.reason());
            case SKIPPED -> " # SKIP " + line(result.reason());
            case KNOWN -> " # XFAIL " + line(result.reason());
            case ERROR -> " # ERROR " + line(result.reason());
        };
    }

    private static void write(String suite, List<TestResult> results, XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("testsuites");
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", printable(suite));
        xml.writeAttribute("tests", count(results, _ -> true));
        xml.writeAttribute("failures", count(results, status -> status == Status.FAILED));
        xml.writeAttribute("errors", count(results, status -> status == Status.ERROR));
        xml.writeAttribute("skipped", count(results, status -> status == Status.SKIPPED || status == Status.KNOWN));
        for (var result : results) {
            xml.writeCharacters("\n    ");
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", printable(suite));
            xml.writeAttribute("name", printable(result.name()));
            if (result.status() != Status.PASSED) {
                write(result, xml);
            }
            xml.writeEndElement();
        }
        xml.writeCharacters("\n  ");
        xml.writeEndElement();
        xml.writeCharacters("\n");
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private static void write(TestResult result, XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartElement(switch (result.status()) {
            case FAILED -> "failure";
            case ERROR -> "error";
            case PASSED, SKIPPED, KNOWN -> "skipped";
        });
        xml.writeAttribute("message", printable((result.status() == Status.KNOWN ? "known issue: " : "") + result.reason()));
        if (!result.details().isEmpty()) {
            xml.writeCharacters(printable(String.join("\n", result.details())));
        }
        xml.writeEndElement();
    }

    private static String count(List<TestResult> results, Predicate<Status> counted) {
        return Long.toString(results.stream().map(TestResult::status).filter(counted).count());
    }

    /// XML 1.0 has no character for most control characters.
    private static String printable(String text) {
        return text.codePoints().map(
                c -> c == '\n' || c == '\t' || (c >= ' ' && c < 0xd800) || (c >= 0xe000 && c < 0xfffe) || c >= 0x10000 ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
