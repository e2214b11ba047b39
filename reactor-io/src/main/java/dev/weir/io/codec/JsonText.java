package dev.weir.io.codec;

import java.io.IOException;

/** What can be said of a JSON text without parsing it: where it begins, how deep it is, where it ends. */
final class JsonText {
    private final String text;
    private int depth;
    private boolean quoted;
    private boolean escaped;

    /** A value without brackets or quotes is being read: a number, true, false or null. */
    private boolean bare;

    private boolean over;

    private JsonText(String text) {
        this.text = text;
    }

    /** Returns the text if it looks like exactly one. */
    static String requireOne(String text) throws IOException {
        new JsonText(text).scan();
        return text;
    }

    private void scan() throws IOException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                inString(c, i);
            } else if (c == ' ' || c == '\t' || c == '\r') {
                endBare();
            } else {
                outside(c, i);
            }
        }
        endBare();
        if (!over) {
            throw broken(quoted ? "ends within a string" : "ends before it is closed", text.length());
        }
    }

    private void inString(char c, int at) throws IOException {
        if (c < ' ') {
            throw broken("has a control character within a string", at);
        }
        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
        } else if (c == '"') {
            quoted = false;
            over = depth == 0;
        }
    }

    private void outside(char c, int at) throws IOException {
        if (over) {
            throw broken("is over and something follows", at);
        }
        switch (c) {
            case '{', '[' -> {
                refuseAfterBare(at);
                depth++;
            }
            case '}', ']' -> {
                if (depth == 0) {
                    throw broken("closes what it never opened", at);
                }
                depth--;
                over = depth == 0;
            }
            case '"' -> {
                refuseAfterBare(at);
                quoted = true;
            }
            default -> bare(c, at);
        }
    }

    private void bare(char c, int at) throws IOException {
        if (depth > 0) {
            return; // what stands between the brackets is the parser's business
        }
        if (!bare && "-0123456789tfn".indexOf(c) < 0) {
            throw broken("cannot begin like this", at);
        }
        bare = true;
    }

    private void refuseAfterBare(int at) throws IOException {
        if (bare) {
            throw broken("is over and something follows", at);
        }
    }

    private void endBare() {
        if (bare) {
            over = true;
        }
    }

    private IOException broken(String how, int at) {
        return new IOException("a JSON text " + how + ", at character " + at);
    }
}
