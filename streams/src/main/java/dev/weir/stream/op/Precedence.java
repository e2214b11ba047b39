package dev.weir.stream.op;

import dev.weir.task.Context;

/**
 * Who is asked first when several sources, numbered from 0, are asked in a row on one budget: they are asked in their
 * order; but if one has used up the budget, so that those behind it were not really asked, the next row begins with
 * those, and it comes last. So a source that gives nothing and leaves nothing is not the only one that is ever asked.
 */
public final class Precedence {
    private int count;
    private int first;
    /** Who begins the next row. */
    private int next;
    /** The budget of this row is used up, and it is known by whom. */
    private boolean settled;

    /** Begins a row of so many. If there is no budget at all, the next one begins likewise. */
    public void begin(int count, Context cx) {
        this.count = count;
        first = next < count ? next : 0;
        settled = cx.budget().isExhausted();
        if (!settled) {
            next = 0;
        }
    }

    /** Returns who has a place of the row, the first of which is 0. */
    public int at(int place) {
        int who = first + place;
        return who < count ? who : who - count;
    }

    /** One was asked. */
    public void asked(int who, Context cx) {
        if (!settled && cx.budget().isExhausted()) {
            settled = true;
            next = who + 1;
        }
    }

    /** One is no more; who came after it has its place and its number. */
    public void left(int who) {
        count--;
        first -= who < first ? 1 : 0;
        next -= who < next ? 1 : 0;
    }
}
