package dev.weir.sync;

import dev.weir.runtime.TaskRuntime;

/** The runtimes on which a behaviour is shown: {@code @ParameterizedTest @EnumSource}. */
enum Runtimes {
    CURRENT_THREAD,
    ONE_WORKER,
    FOUR_WORKERS;

    TaskRuntime build() {
        return switch (this) {
            case CURRENT_THREAD -> TaskRuntime.currentThread().build();
            case ONE_WORKER -> TaskRuntime.builder().workers(1).build();
            case FOUR_WORKERS -> TaskRuntime.builder().workers(4).build();
        };
    }
}
