package dev.weir.perf.demo;

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows a run: a table that is drawn over itself in a terminal, a line a second elsewhere. Confined to its owner. */
final class Screen implements Consumer<Snapshot> {
    private static final String CLEAR_TO_END = "\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private final Table table = new Table();
    private int drawn;

    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Tells whether a person at a terminal that understands ANSI is looking. */
    @SuppressWarnings("SystemConsoleNull") // on JDK 17 null tells; later ones are asked below
    static boolean isTerminal() {
        Console console = System.console();
        @Nullable String kind = System.getenv("TERM");
        return console != null && kind != null && !kind.equals("dumb") && isTerminal(console);
    }

    /** From JDK 22 on there may be a console without a terminal, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            Method method = Console.class.getMethod("isTerminal");
            return (boolean) method.invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    Duration period() {
        return Duration.ofMillis(terminal ? 250 : 1000);
    }

    @Override
    public void accept(Snapshot now) {
        if (!terminal) {
            out.println(table.drawLine(now));
        } else {
            List<String> lines = table.draw(now);
            if (drawn > 0) {
                out.printf("\u001b[%dA\r", drawn);
            }
            lines.forEach(line -> out.println(line + CLEAR_TO_END));
            drawn = lines.size();
        }
        out.flush();
    }
}
