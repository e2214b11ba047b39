package dev.weir.perf.hazards;

import dev.weir.runtime.WorkStealingRuntime;
import java.lang.reflect.Method;

/**
 * What prevents hazards. The switches are not for users, so they are hidden; here, where the failing figure is wanted
 * beside the good one, they are found by name.
 */
enum Mechanism {
    WATCHER("watching"),
    SLOT_LIMIT("slotLimit"),
    TURNS_IN_PROPORTION("weighsBacklog");

    private final String setting;

    Mechanism(String setting) {
        this.setting = setting;
    }

    void switchOff(WorkStealingRuntime.Builder builder) {
        try {
            for (Method method : WorkStealingRuntime.Builder.class.getDeclaredMethods()) {
                if (method.getName().equals(setting)) {
                    method.setAccessible(true);
                    boolean flag = method.getParameterTypes()[0] == boolean.class;
                    method.invoke(builder, flag ? (Object) false : (Object) Integer.MAX_VALUE);
                    return;
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the switch of " + this + " cannot be used", e);
        }
        throw new IllegalStateException("the switch of " + this + " is gone");
    }
}
