package dev.weir.perf.coroutine;

import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import kotlin.coroutines.jvm.internal.SuspendLambda;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.GlobalScope;
import kotlinx.coroutines.Job;
import org.jspecify.annotations.Nullable;

/**
 * A suspending lambda, in the form that Kotlin's compiler gives it: {@link #create} copies it for each start, and {@link
 * #invokeSuspend} goes on where it was suspended.
 */
@SuppressWarnings("serial") // Kotlin's base class is serializable; nothing here is ever written
public abstract class Coroutine extends SuspendLambda
        implements Function2<CoroutineScope, Continuation<? super Unit>, @Nullable Object> {
    /** The answer of a call that goes on later. */
    protected static final Object SUSPENDED = IntrinsicsKt.getCOROUTINE_SUSPENDED();

    protected Coroutine(@Nullable Continuation<?> completion) {
        super(2, erased(completion));
    }

    /** Sets the number of threads of the default dispatcher; before its first use in the process, or it has no effect. */
    public static void threads(int workers) {
        System.setProperty("kotlinx.coroutines.scheduler.core.pool.size", Integer.toString(workers));
    }

    /** Starts a coroutine on the default dispatcher, in the global scope, which is the least work. */
    public static Job launch(Coroutine body) {
        return launch(Dispatchers.getDefault(), body);
    }

    /** Starts a coroutine elsewhere. */
    public static Job launch(CoroutineContext where, Coroutine body) {
        return BuildersKt.launch(GlobalScope.INSTANCE, where, CoroutineStart.DEFAULT, body);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null for the lambda itself, as Kotlin declares it
    private static Continuation<Object> erased(@Nullable Continuation<?> completion) {
        return (Continuation<Object>) completion;
    }

    /** Returns this, under the type that a call wants. */
    @SuppressWarnings("unchecked") // continuations take whatever the call they are given to has to say
    protected final <T> Continuation<T> self() {
        return (Continuation<T>) (Continuation<?>) this;
    }

    @Override
    public abstract Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion);

    @Override
    public final @Nullable Object invoke(CoroutineScope scope, Continuation<? super Unit> completion) {
        return ((Coroutine) (Continuation<?>) create(scope, completion)).invokeSuspend(Unit.INSTANCE);
    }
}
