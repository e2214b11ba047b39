package dev.weir.perf.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

class FamilyBenchTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private int opened;
    private int closed;
    private int measured;

    @Test
    void every_line_of_a_workload_is_printed_once_its_system_is_closed() {
        assertThat(run("both", "--workers", "3")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "{\"system\":\"fake\",\"bench\":\"one\",\"params\":{\"flavor\":\"multi\",\"workers\":3}}",
                        "{\"system\":\"fake\",\"bench\":\"other\",\"params\":{\"flavor\":\"multi\",\"workers\":3}}");
        assertThat(err.toString()).isEmpty();
        assertThat(closed).isEqualTo(1);
    }

    @Test
    void a_workload_that_the_system_lacks_is_not_measured_and_the_reason_is_told() {
        assertThat(run("none")).isEqualTo(Extent.UNSUPPORTED);
        assertThat(err.toString()).isEqualToIgnoringNewLines("fake has no none: nobody needs it");
        assertThat(out.toString()).isEmpty();
        assertThat(measured).isZero();
        assertThat(closed).isEqualTo(1);
    }

    @Test
    void what_is_out_of_range_is_refused_before_a_system_is_opened() {
        assertThat(run("both", "--workers", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--workers must be at least 1");
        assertThat(opened).isZero();
    }

    private int run(String... arguments) {
        return new CommandLine(new FakeBench())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private final class Fake implements Entrant<String> {
        @Override
        public @Nullable String lacks(String workload) {
            return workload.equals("none") ? "nobody needs it" : null;
        }

        @Override
        public void close() {
            assertThat(out.toString()).isEmpty();
            closed++;
        }
    }

    @Command(name = "fake")
    private final class FakeBench extends FamilyBench<String, Fake> {
        @Parameters
        private String workload;

        @Override
        protected String system() {
            return "fake";
        }

        @Override
        protected String workload() {
            return workload;
        }

        @Override
        protected Fake open(int workers) {
            opened++;
            return new Fake();
        }

        @Override
        protected Map<String, Measurement> measure(Fake system) {
            measured++;
            Map<String, Measurement> lines = new LinkedHashMap<>();
            lines.put("one", new Measurement(extent().workers(), extent().meter()));
            lines.put("other", new Measurement(extent().workers(), extent().meter()));
            return lines;
        }
    }
}
