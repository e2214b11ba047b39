package dev.weir.perf.report;

import java.util.Locale;

/** One JSON object on one line, its members in the order in which they were put. Confined to its owner. */
public final class JsonLine {
    private final StringBuilder members = new StringBuilder();

    /** Adds a string. */
    public JsonLine put(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    /** Adds a whole number. */
    public JsonLine put(String name, long value) {
        name(name).append(value);
        return this;
    }

    /** Adds a number with three decimal places; null for what is no number. */
    public JsonLine put(String name, double value) {
        name(name).append(Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
        return this;
    }

    /** Adds a truth value. */
    public JsonLine put(String name, boolean value) {
        name(name).append(value);
        return this;
    }

    /** Adds what is JSON already, such as the text of another line. */
    public JsonLine putJson(String name, String json) {
        name(name).append(json);
        return this;
    }

    /** Adds the members of another line. */
    public JsonLine putAll(JsonLine other) {
        if (!members.isEmpty() && !other.members.isEmpty()) {
            members.append(',');
        }
        members.append(other.members);
        return this;
    }

    private StringBuilder name(String name) {
        if (!members.isEmpty()) {
            members.append(',');
        }
        quote(name);
        return members.append(':');
    }

    private void quote(String text) {
        members.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '"' || next == '\\') {
                members.append('\\').append(next);
            } else if (next < ' ') {
                members.append(String.format(Locale.ROOT, "\\u%04x", (int) next));
            } else {
                members.append(next);
            }
        }
        members.append('"');
    }

    @Override
    public String toString() {
        return "{" + members + "}";
    }
}
