package dev.weir.io.net;

import dev.weir.io.ByteBudget;
import dev.weir.io.driver.Registration;
import dev.weir.task.Context;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of sockets have in common: how they wait, for the peer or for the byte budget, and when they tell that
 * the channel has failed.
 *
 * <pre>
 * the last poll    and now the channel fails, or is closed
 * gave an item     over at once
 * said "not now"   the next poll tells, and nothing before it: it would look like the end
 * has thrown       over since then
 * </pre>
 */
final class Intake {
    private final Registration registration;
    private final ByteBudget.Share share;
    private boolean failed;
    private boolean waiting;

    Intake(Registration registration, ByteBudget byteBudget) {
        this.registration = registration;
        share = byteBudget.share();
    }

    /** What is read counts here, until the next read. */
    ByteBudget.Share share() {
        return share;
    }

    /** Tells whether the event has not come yet, so that trying would be in vain. */
    boolean isAwaited() {
        return registration.isAwaited(SelectionKey.OP_READ);
    }

    void awaitPeer(Context cx) throws IOException {
        share.release(); // who waits for the peer holds nothing
        registration.await(SelectionKey.OP_READ, cx);
    }

    /** After the share was asked in vain: waits in line, and costs nothing. */
    void awaitRoom(Context cx) throws IOException {
        cx.budget().refund();
        registration.awaitFailure(cx);
    }

    /** The answer of a poll. */
    <T> @Nullable T answer(@Nullable T item) {
        waiting = item == null;
        return item;
    }

    /** A poll throws. */
    void fail() {
        failed = true;
        share.release();
    }

    /** Tells whether the source is done, without a poll. */
    boolean isOver() {
        return failed || (!waiting && registration.failure() != null);
    }

    /** Waits for nothing and holds nothing any more. */
    void giveUp() {
        registration.forget(SelectionKey.OP_READ);
        share.release();
    }
}
