package dev.weir.tck.gate;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** How often each test of a suite has passed, been skipped or failed, as its XML report says. */
final class Counts {
    private final Map<String, Integer> passed = new TreeMap<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final Map<String, Integer> failed = new TreeMap<>();

    private Counts() {}

    static Counts of(Path report) throws Exception {
        Counts counts = new Counts();
        NodeList tests = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
        for (int i = 0; i < tests.getLength(); i++) {
            Element test = (Element) tests.item(i);
            counts.outcome(test).merge(test.getAttribute("name"), 1, Integer::sum);
        }
        return counts;
    }

    private Map<String, Integer> outcome(Element test) {
        if (has(test, "failure") || has(test, "error")) {
            return failed;
        }
        return has(test, "skipped") ? skipped : passed;
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

    static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
