package dev.weir.tck.gate;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** How often each test of a suite has passed, been skipped or failed. Of one thread at a time. */
final class Counts {
    /** What has become of a test. */
    enum Outcome {
        PASSED,
        SKIPPED,
        FAILED
    }

    private final Map<String, Integer> passed = new TreeMap<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final Map<String, Integer> failed = new TreeMap<>();

    /** Reads them from an XML report. */
    static Counts of(Path report) throws Exception {
        Counts counts = new Counts();
        NodeList tests = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
        for (int i = 0; i < tests.getLength(); i++) {
            Element test = (Element) tests.item(i);
            counts.add(test.getAttribute("name"), outcome(test));
        }
        return counts;
    }

    void add(String test, Outcome outcome) {
        Map<String, Integer> counts = switch (outcome) {
            case PASSED -> passed;
            case SKIPPED -> skipped;
            case FAILED -> failed;
        };
        counts.merge(test, 1, Integer::sum);
    }

    private static Outcome outcome(Element test) {
        if (has(test, "failure") || has(test, "error")) {
            return Outcome.FAILED;
        }
        return has(test, "skipped") ? Outcome.SKIPPED : Outcome.PASSED;
    }

    private static boolean has(Element test, String child) {
        return test.getElementsByTagName(child).getLength() > 0;
    }

    Map<String, Integer> passed() {
        return passed;
    }

    Map<String, Integer> skipped() {
        return skipped;
    }

    Map<String, Integer> failed() {
        return failed;
    }

    int total() {
        return sum(passed) + sum(skipped) + sum(failed);
    }

    static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
