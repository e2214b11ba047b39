package dev.weir.stream.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A program without Reactor, RxJava or Micrometer loads and runs everything else. */
class OptionalLibrariesTest {
    private static final List<String> OPTIONAL =
            List.of("reactor-core", "rxjava", "context-propagation", "micrometer-core");

    @Test
    void without_any_of_them_every_class_of_streams_loads_and_a_stream_runs() throws Exception {
        try (URLClassLoader loader = having(Set.of())) {
            List<String> names = classesOfStreams();
            assertThat(names).hasSizeGreaterThan(100).contains("dev.weir.stream.AsyncStream");
            for (String name : names) {
                if (!name.startsWith("dev.weir.stream.interop.")) {
                    var unused = Class.forName(name, true, loader).getDeclaredMethods(); // resolves all signatures
                }
            }
            Class<?> streams = Class.forName("dev.weir.stream.AsyncStream", true, loader);
            Object range = streams.getMethod("range", int.class, int.class).invoke(null, 1, 3);
            Object run = streams.getMethod("toList").invoke(range);
            Object handle = run.getClass().getMethod("run").invoke(run);
            Class<?> handles = Class.forName("dev.weir.task.JoinHandle", true, loader);
            assertThat(handles.getMethod("join").invoke(handle)).isEqualTo(List.of(1, 2, 3));

            for (String name : List.of("ReactorScheduler", "RxScheduler")) {
                assertThatThrownBy(() -> Class.forName("dev.weir.stream.interop." + name, true, loader))
                        .isInstanceOf(NoClassDefFoundError.class);
            }
        }
    }

    @Test
    void each_needs_no_other_library_than_its_own() throws Exception {
        loads(Set.of("reactor-core"), "ReactorScheduler", "ReactorContext");
        loads(Set.of("rxjava"), "RxScheduler");
        loads(Set.of("context-propagation"), "ThreadLocals");
        loads(Set.of("micrometer-core"), "StreamMeters");
        loads(Set.of("reactor-core", "context-propagation"), "ReactorThreadLocals");
    }

    private static void loads(Set<String> libraries, String... classes) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = having(libraries)) {
            Thread.currentThread().setContextClassLoader(loader); // where Micrometer looks for services
            for (String name : classes) {
                assertThat(Class.forName("dev.weir.stream.interop." + name, true, loader)
                                .getMethods())
                        .isNotEmpty();
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** The class path of this test with these of the optional libraries only. */
    private static URLClassLoader having(Set<String> libraries) {
        URL[] urls = entries()
                .filter(entry -> OPTIONAL.stream().noneMatch(name -> isJarOf(name, entry) && !libraries.contains(name)))
                .map(OptionalLibrariesTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static boolean isJarOf(String library, Path entry) {
        return entry.getFileName().toString().matches(library + "-[0-9].*\\.jar");
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> entries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.isBlank())
                .map(Path::of);
    }

    private static List<String> classesOfStreams() throws Exception {
        Path root = Path.of(dev.weir.stream.AsyncStream.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        if (!Files.isDirectory(root)) {
            try (var jar = new java.util.jar.JarFile(root.toFile())) {
                return jar.stream()
                        .map(java.util.zip.ZipEntry::getName)
                        .filter(name -> name.startsWith("dev/") && name.endsWith(".class"))
                        .map(OptionalLibrariesTest::className)
                        .filter(name -> !name.endsWith("package-info"))
                        .toList();
            }
        }
        try (Stream<Path> files = Files.walk(root.resolve("dev"))) {
            return files.map(file -> root.relativize(file).toString().replace(File.separatorChar, '/'))
                    .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                    .map(OptionalLibrariesTest::className)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String className(String file) {
        return file.substring(0, file.length() - ".class".length()).replace('/', '.');
    }
}
