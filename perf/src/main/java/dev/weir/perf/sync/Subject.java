package dev.weir.perf.sync;

import dev.weir.perf.contest.Entrant;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** A system under measurement: what its tasks do with its channels and locks. */
interface Subject extends Entrant<Workload> {
    /** Starts senders and one receiver on a bounded channel. An item is 0, or the time at which its send began. */
    void mpsc(int producers, int capacity, Steady steady);

    /** Starts two tasks that hand an item back and forth over two channels of one. */
    void pingPong(Steady steady);

    /** Starts tasks that take a permit and give it back. */
    void semaphore(int tasks, int permits, boolean yield, Steady steady);

    /** Starts tasks that lock, count, and unlock. */
    void mutex(int tasks, boolean yield, Steady steady);

    /** Sends a value and waits until every receiver has seen it, as long as {@code next} says so. Blocks the caller. */
    void watch(int receivers, BooleanSupplier next) throws InterruptedException;

    /** Sends so many items and waits until every receiver has them all, again and again. Blocks the caller. */
    void broadcast(int receivers, int batch, int capacity, BooleanSupplier next) throws InterruptedException;

    /** Returns the item to send: a time now and then, else 0. */
    static Long stamp(long number) {
        return Steady.isSample(number) ? System.nanoTime() : 0L;
    }

    /** Records how long ago an item was stamped, if it was. */
    static void arrived(Long item, LongConsumer record) {
        if (item != 0) {
            record.accept(System.nanoTime() - item);
        }
    }
}
