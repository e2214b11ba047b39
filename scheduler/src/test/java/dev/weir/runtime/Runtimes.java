package dev.weir.runtime;

/** The runtimes on which a behaviour is shown: {@code @ParameterizedTest @EnumSource}. */
enum Runtimes {
    CURRENT_THREAD,
    ONE_WORKER,
    FOUR_WORKERS;

    TaskRuntime build() {
        return builder().build();
    }

    RuntimeBuilder<?> builder() {
        return switch (this) {
            case CURRENT_THREAD -> TaskRuntime.currentThread();
            case ONE_WORKER -> TaskRuntime.builder().workers(1);
            case FOUR_WORKERS -> TaskRuntime.builder().workers(4);
        };
    }
}
