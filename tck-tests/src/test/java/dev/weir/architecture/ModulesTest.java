package dev.weir.architecture;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries as users with a module path meet them; all other tests run on the class path. */
class ModulesTest {

    private static final Pattern MODULAR_JAR =
            Pattern.compile("(weir-[a-z-]+|jspecify|reactive-streams)-[0-9].*\\.jar");

    private final ModuleFinder modules = ModuleFinder.of(Pattern.compile(File.pathSeparator, Pattern.LITERAL)
            .splitAsStream(System.getProperty("java.class.path"))
            .map(Path::of)
            .filter(ModulesTest::isModular)
            .toArray(Path[]::new));

    /** A directory when Maven stopped before it packed the jars. */
    private static boolean isModular(Path entry) {
        return Files.exists(entry.resolve("module-info.class"))
                || MODULAR_JAR.matcher(entry.getFileName().toString()).matches();
    }

    @Test
    void the_libraries_resolve_without_split_packages() {
        Set<String> libraries = Set.of("dev.weir.scheduler", "dev.weir.reactor.io", "dev.weir.streams");
        var layer = ModuleLayer.boot()
                .defineModulesWithOneLoader(
                        ModuleLayer.boot().configuration().resolve(modules, ModuleFinder.of(), libraries), null);
        assertThat(layer.modules().stream().map(Module::getName))
                .containsAll(libraries)
                .contains("org.jspecify", "org.reactivestreams");
    }

    @Test
    void what_streams_is_at_home_with_may_be_missing() {
        assertThat(descriptor("dev.weir.streams").requires().stream()
                        .filter(each -> each.modifiers().contains(Requires.Modifier.STATIC))
                        .map(Requires::name))
                .containsExactlyInAnyOrder(
                        "reactor.core", "io.reactivex.rxjava3", "context.propagation", "micrometer.core");
    }

    @Test
    void sockets_and_streams_do_not_know_each_other() {
        assertThat(requires("dev.weir.reactor.io")).containsOnly("java.base", "org.jspecify", "dev.weir.scheduler");
        assertThat(requires("dev.weir.streams"))
                .containsOnly("java.base", "org.jspecify", "org.reactivestreams", "dev.weir.scheduler");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.weir.queue", "dev.weir.blocking", "dev.weir.spin"})
    void what_is_inside_is_not_exported_to_users(String hidden) {
        assertThat(descriptor("dev.weir.scheduler").exports().stream()
                        .filter(each -> !each.isQualified())
                        .map(Exports::source))
                .isNotEmpty()
                .doesNotContain(hidden);
    }

    private Set<String> requires(String module) {
        return descriptor(module).requires().stream()
                .filter(each -> !each.modifiers().contains(Requires.Modifier.STATIC))
                .map(Requires::name)
                .collect(toSet());
    }

    private ModuleDescriptor descriptor(String module) {
        return modules.find(module).orElseThrow().descriptor();
    }
}
