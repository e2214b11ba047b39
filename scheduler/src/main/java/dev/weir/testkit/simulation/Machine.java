package dev.weir.testkit.simulation;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Waker;
import dev.weir.testkit.simulation.EventLog.Kind;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The one thread of a simulation, its clock, and all that may happen next; which of it does is the seed's choice. */
final class Machine {
    private final Simulation settings;
    private final Host host;
    private final Choices choices;
    private final Population population;
    private final EventLog log = new EventLog();
    private final ManualClock clock = new ManualClock();
    private final Timers timers = new Timers(clock, Waker.noop());
    private final Agenda agenda;
    private final DeviceEvents events;
    /** By budget: a context's budget is its own, as is what its host keeps in it, like one worker of several. */
    private final Map<Integer, Context> contexts = new HashMap<>();

    private final Context callContext;
    private @Nullable SimulatedTask<?> running;
    /** What happens at this moment and is no task: a timer, a device. */
    private @Nullable String device;

    private long polls;

    Machine(Simulation settings, Host host, Population population) {
        this.settings = settings;
        this.host = host;
        this.population = population;
        choices = new Choices(settings.seed(), settings);
        agenda = new Agenda(choices);
        events = new DeviceEvents(choices);
        callContext = new Context(host, 1);
        note(Kind.NOTE, "seed " + settings.seed() + ":", choices.toString());
    }

    /** A new task can run; or one that was woken can, now or later. */
    void schedule(SimulatedTask<?> task) {
        long late = choices.lateNanos();
        if (late == 0) {
            agenda.add(task);
        } else {
            log.add(clock.nanos(), Kind.LATE, task.name, null, late);
            agenda.addLate(task, clock.nanos() + late);
        }
    }

    /** Something happens outside of the tasks, after a while. */
    void later(Duration delay, String what, Runnable event) {
        events.add(clock.nanos() + delay.toNanos(), what, event);
    }

    /** Does one thing that the seed chooses of those that can be done now; false if there is none. */
    boolean step(boolean timeMayPass) {
        agenda.arrive(clock.nanos());
        if (agenda.readyCount() > 0 && choices.spuriousPoll()) {
            pollForNoReason(population.get(choices.below(population.size())));
        }
        boolean timerDue = timers.nanosUntilNext() == 0;
        int others = (timerDue ? 1 : 0) + (events.isDue(clock.nanos()) ? 1 : 0);
        int candidates = agenda.readyCount() + others;
        if (candidates == 0) {
            return false;
        }
        int pick = choices.below(candidates);
        if (pick >= others) {
            run(Objects.requireNonNull(agenda.take()));
            long slow = timeMayPass ? choices.slowNanos() : 0;
            if (slow > 0) {
                pass(slow, "passes");
            }
        } else if (timerDue && pick == 0) {
            note(Kind.TIMER, "fires", null);
            happen("timer", () -> timers.fireOne(choices::below));
        } else {
            DeviceEvents.Event event = events.take();
            note(Kind.DEVICE, event.what(), null);
            happen(event.what(), event.action());
        }
        return true;
    }

    /** Lets the first of the wakes that are late arrive before its time; false if there is none. */
    boolean hurry() {
        return agenda.hurry();
    }

    private void pollForNoReason(SimulatedTask<?> task) {
        if (!task.isBlockingCall) {
            note(Kind.SPURIOUS, task.name, null);
            task.task.wake();
        }
    }

    private void happen(String what, Runnable event) {
        device = what;
        try {
            event.run();
        } finally {
            device = null;
        }
    }

    private void run(SimulatedTask<?> task) {
        if (++polls > settings.maxPolls()) {
            throw new AssertionError(
                    "no end after " + settings.maxPolls() + " polls: is this a loop that wakes itself?");
        }
        Context cx = callContext;
        if (task.isBlockingCall) {
            note(Kind.CALL, task.name, null);
        } else {
            int budget = choices.budget();
            log.add(clock.nanos(), Kind.POLL, task.name, null, budget);
            cx = contexts.computeIfAbsent(budget, limit -> new Context(host, limit));
            cx.budget().refill();
        }
        running = task;
        cx.enter();
        try {
            task.task.run(cx);
        } finally {
            cx.leave();
            running = null;
        }
    }

    /** Whether the calling thread is in a blocking call. */
    boolean isInCall() {
        return Context.current() == callContext;
    }

    /** Whatever runs lets others run. Returns what it was. */
    @Nullable SimulatedTask<?> suspend(boolean inCall) {
        if (inCall) {
            callContext.leave();
        }
        return running;
    }

    void resume(@Nullable SimulatedTask<?> interrupted, boolean inCall) {
        running = interrupted;
        if (inCall) {
            callContext.enter();
        }
    }

    /** Lets time pass to whatever happens next; false if nothing will. */
    boolean passToNext() {
        long ahead = nanosUntilNext();
        if (ahead == Long.MAX_VALUE) {
            return false;
        }
        pass(ahead, "passes");
        return true;
    }

    void pass(long nanos, String how) {
        clock.advance(Duration.ofNanos(nanos));
        note(Kind.TIME, how, null);
    }

    long nanosUntilNext() {
        long now = clock.nanos();
        return Math.min(timers.nanosUntilNext(), Math.min(agenda.nanosUntilNext(now), events.nanosUntilNext(now)));
    }

    /** Whether some task was woken and has not run since. */
    boolean isAnyWoken() {
        return agenda.size() > 0;
    }

    /** Who does what is being done. */
    String actor() {
        SimulatedTask<?> task = running;
        return task != null ? task.name : device != null ? device : "the test";
    }

    void note(Kind kind, String who, @Nullable String what) {
        log.add(clock.nanos(), kind, who, what, 0);
    }

    long choose() {
        return choices.next();
    }

    EventLog log() {
        return log;
    }

    ManualClock clock() {
        return clock;
    }

    Timers timers() {
        return timers;
    }

    long polls() {
        return polls;
    }
}
