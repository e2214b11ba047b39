package dev.weir.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** The directions between packages and the few classes that may touch what others must not. */
@AnalyzeClasses(packages = "dev.weir", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** One class owns each atomic word; more than twelve owners would be more than a reader can prove. */
    private static final Set<String> VAR_HANDLE_OWNERS = Set.of(
            "dev.weir.task.ReadySet",
            "dev.weir.task.TaskState",
            "dev.weir.task.WakerCell",
            "dev.weir.queue.InjectQueue",
            "dev.weir.queue.InjectQueue$Segment",
            "dev.weir.queue.WorkQueue",
            "dev.weir.io.driver.Ring",
            "dev.weir.sync.Pipe",
            "dev.weir.sync.WaitList",
            "dev.weir.stream.reactive.CreditRing",
            "dev.weir.stream.reactive.Demand",
            "dev.weir.time.Alarm");

    @ArchTest
    static final ArchRule packages_depend_in_one_direction = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.weir..")
            .layer("task")
            .definedBy("dev.weir.task")
            .layer("queue")
            .definedBy("dev.weir.queue")
            .layer("spin")
            .definedBy("dev.weir.spin")
            .layer("testkit")
            .definedBy("dev.weir.testkit")
            .layer("simulation")
            .definedBy("dev.weir.testkit.simulation")
            .layer("junit")
            .definedBy("dev.weir.testkit.junit")
            .layer("time")
            .definedBy("dev.weir.time")
            .optionalLayer("sync")
            .definedBy("dev.weir.sync")
            .layer("blocking")
            .definedBy("dev.weir.blocking")
            .layer("runtime")
            .definedBy("dev.weir.runtime")
            .layer("io")
            .definedBy("dev.weir.io..")
            .layer("stream")
            .definedBy("dev.weir.stream..")
            .whereLayer("task")
            .mayNotAccessAnyLayer()
            .whereLayer("testkit")
            .mayOnlyAccessLayers("task")
            .whereLayer("testkit")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("simulation")
            .mayOnlyAccessLayers("task", "time", "runtime")
            .whereLayer("simulation")
            .mayOnlyBeAccessedByLayers("junit", "io")
            .whereLayer("junit")
            .mayOnlyAccessLayers("task", "time", "runtime", "simulation")
            .whereLayer("junit")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("queue")
            .mayNotAccessAnyLayer()
            .whereLayer("spin")
            .mayNotAccessAnyLayer()
            .whereLayer("time")
            .mayOnlyAccessLayers("task", "queue", "spin")
            .whereLayer("sync")
            .mayOnlyAccessLayers("task", "queue", "spin")
            .whereLayer("blocking")
            .mayOnlyAccessLayers("task", "queue")
            .whereLayer("runtime")
            .mayOnlyAccessLayers("task", "queue", "time", "sync", "blocking")
            .whereLayer("io")
            .mayOnlyAccessLayers("task", "time", "sync", "runtime", "simulation")
            .whereLayer("stream")
            .mayOnlyAccessLayers("task", "time", "sync", "runtime", "spin")
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule packages_form_no_cycle =
            slices().matching("dev.weir.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_test_kits_know_the_simulation = noClasses()
            .that()
            .resideOutsideOfPackage("..testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..testkit..");

    @ArchTest
    static final ArchRule the_scheduler_knows_no_channels = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.weir.task..",
                    "dev.weir.queue..",
                    "dev.weir.time..",
                    "dev.weir.sync..",
                    "dev.weir.blocking..",
                    "dev.weir.runtime..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.nio.channels..");

    @ArchTest
    static final ArchRule operators_know_neither_threads_nor_reactive_streams = noClasses()
            .that()
            .resideInAPackage("dev.weir.stream.op..")
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("java.util.concurrent..", "org.reactivestreams..", "dev.weir.stream.reactive..")
                            .or(belongToAnyOf(VarHandle.class, Thread.class)));

    @ArchTest
    static final ArchRule only_the_border_knows_reactive_streams = noClasses()
            .that(not(resideInAnyPackage(
                    "dev.weir.stream.reactive..",
                    "dev.weir.stream.testkit..",
                    "dev.weir.stream.interop..",
                    "dev.weir.stream")))
            .should()
            .dependOnClassesThat(resideInAPackage("org.reactivestreams..")
                    .or(nameMatching("java\\.util\\.concurrent\\.Flow(\\$.*)?")));

    @ArchTest
    static final ArchRule only_one_package_knows_the_libraries_that_may_be_missing = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weir.stream.interop")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("reactor..", "io.reactivex..", "io.micrometer..");

    @ArchTest
    static final ArchRule nothing_needs_the_package_that_does = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weir.stream.interop")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.weir.stream.interop");

    @ArchTest
    static final ArchRule only_one_package_knows_junit = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weir.testkit.junit")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.junit..");

    @ArchTest
    static final ArchRule nothing_reaches_into_the_jdk =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("sun.misc..", "jdk.internal..");

    @ArchTest
    static void only_listed_classes_use_var_handles(JavaClasses classes) {
        Set<String> users = classes.stream()
                .filter(each -> each.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> dependency.getTargetClass().isEquivalentTo(VarHandle.class)))
                .map(JavaClass::getName)
                .collect(toSet());
        assertThat(users).isNotEmpty().isSubsetOf(VAR_HANDLE_OWNERS);
        assertThat(VAR_HANDLE_OWNERS).hasSizeLessThanOrEqualTo(12);
    }

    /** A lambda in a copy would hold what is not of the class that it names, or the instance that was left. */
    @ArchTest
    static void what_is_copied_for_a_hot_pipeline_makes_nothing_that_holds_this(JavaClasses classes) throws Exception {
        Method movable = classes.get("dev.weir.stream.copy.Layout").reflect().getDeclaredMethod("movable");
        movable.setAccessible(true);
        Set<?> copied = (Set<?>) movable.invoke(null);
        assertThat(copied).hasSizeGreaterThan(20);
        for (Object type : copied) {
            assertThat(Captures.of((Class<?>) type)).isEmpty();
        }
        List<Class<?>> loops = classes.get("dev.weir.stream.copy.Movable").getAllSubclasses().stream()
                .<Class<?>>map(JavaClass::reflect)
                .toList();
        assertThat(loops).isNotEmpty();
        for (Class<?> type : loops) {
            assertThat(Captures.of(type)).isEmpty();
        }
    }

    @ArchTest
    static void every_package_is_null_marked(JavaClasses classes) {
        Set<String> unmarked = classes.stream()
                .map(JavaClass::getPackage)
                .filter(each -> !each.getName().isEmpty() && !each.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(toSet());
        assertThat(unmarked).isEmpty();
    }
}
