package dev.weir.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.perf.serve.EchoService;
import dev.weir.perf.serve.HttpService;
import dev.weir.perf.serve.Server;
import dev.weir.perf.serve.Service;
import dev.weir.perf.serve.SinkService;
import dev.weir.perf.serve.StreamService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LoadCommandTest {
    @Test
    void every_load_is_content_with_its_server() throws Exception {
        assertThat(load(new EchoService(), 0, "echo", "--size", "1000"))
                .startsWith("{\"load\":\"echo\",\"conns\":4,\"size\":1000,\"ops\":")
                .endsWith("\"errors\":0}");
        assertThat(load(new HttpService(), 0, "http", "--pipeline", "16")).endsWith("\"errors\":0}");
        assertThat(load(new StreamService(), 0, "stream")).endsWith("\"errors\":0}");
    }

    @Test
    void a_server_that_answers_wrongly_makes_the_load_fail() throws Exception {
        assertThat(load(new StreamService(), 1, "echo")).contains("\"errors\":4,\"first_error\":");
        assertThat(load(new EchoService(), 1, "http")).contains("\"errors\":4", "unexpected answer");
    }

    @Test
    void a_server_that_does_not_answer_makes_the_load_fail() throws Exception {
        assertThat(load(new SinkService(), 1, "echo")).contains("\"ops\":0,");
    }

    private static String load(Service service, int exitCode, String... arguments) throws Exception {
        try (Server server = new Server(service, 0, 1, 10)) {
            StringWriter out = new StringWriter();
            CommandLine command = new CommandLine(new LoadCommand()).setOut(new PrintWriter(out, true));
            List<String> words = new ArrayList<>(List.of(arguments));
            words.addAll(List.of("--port=" + server.address().getPort(), "--conns=4", "--secs=1", "--warmup=0"));
            assertThat(command.execute(words.toArray(String[]::new))).isEqualTo(exitCode);
            return out.toString().strip();
        }
    }
}
