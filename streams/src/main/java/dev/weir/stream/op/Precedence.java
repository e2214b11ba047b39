package dev.weir.stream.op;

import dev.weir.task.Context;

/**
 * Who is asked first when several sources, numbered from 0, are asked in a row on one budget: they are asked in their
 * order; but if one has used up the budget, so that those behind it were not really asked, the next row begins with
 * those, and it comes last. So a source that gives nothing and leaves nothing is not the only one that is ever asked.
 *
 * <pre>{@code
 * for (order.begin(2, cx); order.goesOn() && item == null; order.asked(cx)) {
 *     item = order.who() == UPSTREAM ? upstream.poll(cx) : other.poll(cx);
 * }
 * }</pre>
 */
public final class Precedence {
    /** The numbers of two of which one is upstream. */
    public static final int UPSTREAM = 0;

    public static final int OTHER = 1;

    private final int usual;

    private int count;
    private int left;
    private int who;
    /** Who begins the next row. */
    private int next;
    /** The budget of this row is used up, and it is known by whom. */
    private boolean settled;

    /** A row begins with the first, as a rule. */
    public Precedence() {
        this(0);
    }

    /**
     * @param usual who begins a row as a rule
     */
    public Precedence(int usual) {
        this.usual = usual;
        next = usual;
    }

    /** Begins a row of so many. If there is no budget at all, the next one begins likewise. */
    public void begin(int count, Context cx) {
        this.count = count;
        left = count;
        who = next < count ? next : 0;
        settled = cx.budget().isExhausted();
        if (!settled) {
            next = usual;
        }
    }

    /** Tells whether there is one more to be asked in this row. */
    public boolean goesOn() {
        return left > 0;
    }

    /** Returns who is to be asked. */
    public int who() {
        return who;
    }

    /** Who was to be asked was. It may be that nobody had to: what costs nothing changes nothing. */
    public void asked(Context cx) {
        left--;
        who = who + 1 < count ? who + 1 : 0;
        if (!settled && cx.budget().isExhausted()) {
            settled = true;
            next = who;
        }
    }

    /** Who was to be asked is no more; who came after it has its number, and is to be asked. */
    public void leaves() {
        left--;
        count--;
        next -= who < next ? 1 : 0;
        who = who < count ? who : 0;
    }
}
