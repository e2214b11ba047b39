package dev.weir.stream.reactive;

import java.util.ArrayList;
import java.util.List;

/**
 * The state table of {@link Multicast} at its plainest: all items ever put, and for each cursor a number. It never
 * forgets and is not fast.
 */
final class MulticastModel {
    enum State {
        OPEN,
        COMPLETED,
        FAILED
    }

    /** What a poll says. */
    record Answer(Integer item, boolean done, boolean failed) {}

    static final class Place {
        int position;
        boolean attached = true;
        boolean waits;
    }

    private final int capacity;
    private final boolean failuresOvertake;
    private final List<Integer> items = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    State state = State.OPEN;
    int producerWakes;

    MulticastModel(int capacity, boolean failuresOvertake) {
        this.capacity = capacity;
        this.failuresOvertake = failuresOvertake;
    }

    Place attach() {
        Place place = new Place();
        place.position = items.size();
        places.add(place);
        return place;
    }

    boolean isWanted() {
        int slowest = places.stream()
                .filter(place -> place.attached)
                .mapToInt(place -> place.position)
                .min()
                .orElse(items.size());
        return state == State.OPEN
                && places.stream().anyMatch(place -> place.waits)
                && items.size() - slowest < capacity;
    }

    Answer poll(Place place) {
        boolean before = isWanted();
        Answer answer = answer(place);
        place.waits = state == State.OPEN && answer.item == null;
        wakeProducerIf(!before && isWanted());
        return answer;
    }

    private Answer answer(Place place) {
        if (state == State.FAILED && isDone(place)) {
            return new Answer(null, true, true);
        }
        if (place.position < items.size()) {
            Integer item = items.get(place.position++);
            return new Answer(item, isDone(place), false);
        }
        return new Answer(null, isDone(place), false);
    }

    /** But for a failure that has come after a poll said null. */
    boolean isDone(Place place) {
        boolean overtaken = failuresOvertake && state == State.FAILED;
        return overtaken || (state != State.OPEN && place.position == items.size());
    }

    void put(int item) {
        if (state == State.OPEN) {
            items.add(item);
            places.forEach(place -> place.waits = false);
        }
    }

    void end(State how) {
        if (state == State.OPEN) {
            state = how;
            places.forEach(place -> place.waits = false);
        }
    }

    void close(Place place) {
        boolean before = isWanted();
        place.attached = false;
        place.waits = false;
        if (state == State.OPEN && places.stream().noneMatch(each -> each.attached)) {
            state = State.FAILED;
            wakeProducerIf(true);
        } else {
            wakeProducerIf(!before && isWanted());
        }
    }

    private void wakeProducerIf(boolean condition) {
        producerWakes += condition ? 1 : 0;
    }
}
