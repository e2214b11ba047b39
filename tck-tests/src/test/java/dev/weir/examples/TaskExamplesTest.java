package dev.weir.examples;

import static dev.weir.runtime.TaskScope.Policy.SHUTDOWN_ON_FAILURE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.runtime.TaskScope;
import dev.weir.task.AbortHandle;
import dev.weir.task.Join;
import dev.weir.task.JoinHandle;
import dev.weir.task.JoinMap;
import dev.weir.task.JoinSet;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Race;
import dev.weir.task.TaskInfo;
import dev.weir.task.TaskLocal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples in the documentation of tasks: every one of them stands here, and runs. */
class TaskExamplesTest {
    private record Page(URI uri, long fetchedBy) {}

    private record User(String name) {}

    private record Order(int number) {}

    private record Answer(User user, Order order) {}

    static final TaskLocal<User> USER = TaskLocal.named("user");

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Pollable<Page> fetch(URI uri) {
        return Pollable.of(() -> new Page(uri, TaskInfo.current().id()));
    }

    private static Pollable<User> findUser(int id) {
        return Pollable.yieldNow().map(nothing -> new User("user " + id));
    }

    private static Pollable<Order> fetchOrder(int id) {
        return Pollable.ready(new Order(id));
    }

    @Test
    void aTaskWithAName() {
        URI uri = URI.create("weir:one");
        JoinHandle<Page> page = runtime.task().name("fetch").spawn(fetch(uri));
        AbortHandle abort = page.abortHandle(); // may cancel, and no more
        assertThat(page.join().fetchedBy()).isEqualTo(page.info().id());
        assertThat(page.info().name()).isEqualTo("fetch");
        assertThat(abort.isDone()).isTrue();
    }

    private List<Page> fetchAll(List<URI> uris) {
        try (JoinSet<Page> pages = new JoinSet<>(runtime)) {
            for (URI uri : uris) {
                pages.spawn(fetch(uri));
            }
            return runtime.blockOn(pages.joinAll());
        }
    }

    @Test
    void manyTasks() {
        List<URI> uris = List.of(URI.create("weir:one"), URI.create("weir:two"));
        assertThat(fetchAll(uris)).extracting(Page::uri).containsExactlyInAnyOrderElementsOf(uris);
    }

    @Test
    void theLatestTaskOfAKey() {
        URI uri = URI.create("weir:one");
        try (JoinMap<URI, Page> pages = new JoinMap<>(runtime)) {
            pages.spawn(uri, fetch(uri));
            JoinHandle<Page> latest = pages.spawn(uri, fetch(uri)); // the one before is cancelled and not heard of
            assertThat(runtime.blockOn(pages.joinNext()).handle()).isSameAs(latest);
        }
    }

    private Answer answer(int id) {
        try (TaskScope scope = TaskScope.open(runtime, SHUTDOWN_ON_FAILURE)) {
            JoinHandle<User> user = scope.spawn(findUser(id));
            JoinHandle<Order> order = scope.spawn(fetchOrder(id));
            scope.join(); // throws what failed first, when both have ended
            return new Answer(user.join(), order.join());
        }
    }

    @Test
    void tasksInAScope() {
        assertThat(answer(7)).isEqualTo(new Answer(new User("user 7"), new Order(7)));
    }

    @Test
    void aScopeInsideOfATask() {
        int id = 7;
        Pollable<Answer> answer = TaskScope.scoped(SHUTDOWN_ON_FAILURE, scope -> {
            JoinHandle<User> user = scope.spawn(findUser(id));
            JoinHandle<Order> order = scope.spawn(fetchOrder(id));
            return user.then(u -> order.map(o -> new Answer(u, o)));
        });
        assertThat(runtime.spawn(answer).join()).isEqualTo(new Answer(new User("user 7"), new Order(7)));
    }

    private static Pollable<String> handle(String request) {
        return Pollable.of(() -> request + " by " + USER.get().name());
    }

    @Test
    void aValueThatFollowsItsComputation() {
        User user = new User("alice");
        String request = "GET /";
        JoinHandle<String> handled = runtime.spawn(USER.where(user, handle(request))); // anywhere below: USER.get()
        assertThat(handled.join()).isEqualTo("GET / by alice");

        Pollable<JoinHandle<String>> parent = Pollable.of(() -> {
            return runtime.spawn(TaskLocal.inherit(handle(request))); // not inherited unless asked for
        });
        assertThat(runtime.blockOn(runtime.blockOn(USER.where(user, parent)))).isEqualTo("GET / by alice");
    }

    @Test
    void severalAtOnce() {
        Pollable<String> header = Pollable.ready("head ");
        Pollable<String> body = Pollable.yieldNow().map(nothing -> "and body");
        Pollable<String> mirror = cx -> Poll.pending();
        Pollable<String> origin = Pollable.ready("origin");
        Pollable<String> page = Join.of(header, body, (head, text) -> head + text);
        Pollable<String> fastest = Race.of(mirror, origin);
        Pollable<List<Join.Settled<String>>> each = Join.settled(List.of(mirror, header));
        assertThat(runtime.blockOn(page)).isEqualTo("head and body");
        assertThat(runtime.blockOn(fastest)).isEqualTo("origin");
        assertThat(runtime.spawn(each).isDone()).isFalse();
    }

    @Test
    void aTaskThatEndsWithTheWaitForIt() {
        JoinHandle<Page> page = runtime.spawn(cx -> Poll.pending());
        JoinHandle<Page> waiting = runtime.spawn(page.cancelOnClose());
        waiting.cancel();
        assertThatThrownBy(page::join).isInstanceOf(CancellationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "task/package-info.java",
                "task/JoinSet.java",
                "task/TaskLocal.java",
                "runtime/TaskScope.java",
            })
    void theDocumentationShowsWhatRunsHere(String file) throws Exception {
        String here = stripped(Files.readString(Path.of("src/test/java/dev/weir/examples/TaskExamplesTest.java")));
        String source = Files.readString(Path.of("../scheduler/src/main/java/dev/weir/" + file));
        Matcher blocks = Pattern.compile("<pre>\\{@code\n(.*?) \\* }</pre>", Pattern.DOTALL)
                .matcher(source);
        List<String> shown = blocks.results()
                .map(block -> stripped(block.group(1).replaceAll("(?m)^ \\*", "")))
                .toList();
        assertThat(shown).isNotEmpty().allSatisfy(block -> assertThat(here).contains(block));
    }

    /** Indentation and blank lines are the page's own. */
    private static String stripped(String code) {
        return code.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }
}
