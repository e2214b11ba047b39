package dev.weir.perf.demo;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/**
 * What a run has shown.
 *
 * @param clients that took part
 * @param finished of them that received the end
 * @param full of them that received all they had asked for; the others were ended when the time was over
 * @param bytes of the file delivered to all of them together
 * @param digests running digests compared, one for each frame
 * @param fileDigests clients whose last digest equals that of the beginning of the file, computed anew
 * @param most the greatest number of bytes that ever lay between the file and the sockets
 * @param bound the promise for it
 * @param in bytes that came into the process from the file, with headers
 * @param out bytes that the kernel took
 * @param errors what went wrong, empty if nothing did
 */
record Outcome(
        int clients,
        int finished,
        int full,
        long bytes,
        long digests,
        int fileDigests,
        long most,
        long bound,
        long in,
        long out,
        List<String> errors) {

    static Outcome of(Demo demo) throws IOException {
        List<Receipt> receipts = demo.clients().stream()
                .map(FileClient::receipt)
                .sorted(Comparator.comparingLong(Receipt::total))
                .toList();
        int[] fresh =
                demo.file().digests(receipts.stream().mapToLong(Receipt::total).toArray());
        int equal = 0;
        for (int i = 0; i < fresh.length; i++) {
            equal += fresh[i] == receipts.get(i).digest() ? 1 : 0;
        }
        return new Outcome(
                receipts.size(),
                (int) receipts.stream().filter(Receipt::isEnded).count(),
                (int) demo.clients().stream().filter(FileClient::isServedInFull).count(),
                receipts.stream().mapToLong(Receipt::total).sum(),
                receipts.stream().mapToLong(Receipt::digests).sum(),
                equal,
                demo.ledger().most(),
                demo.bound(),
                demo.ledger().in(),
                demo.ledger().out(),
                demo.errors());
    }

    boolean boundHeld() {
        return most <= bound;
    }

    boolean everyClientFinished() {
        return finished == clients;
    }

    boolean digestsEqual() {
        return fileDigests == clients;
    }

    /** What came in has gone out. */
    boolean booksBalance() {
        return in == out;
    }

    boolean isGood() {
        return boundHeld() && everyClientFinished() && digestsEqual() && booksBalance() && errors.isEmpty();
    }

    /** Returns lines for people. */
    List<String> lines() {
        return List.of(
                "delivered            %s to %d clients: %d received all they asked for, %d what there was time for"
                        .formatted(Snapshot.bytes(bytes), clients, full, clients - full),
                "ends                 %d of %d clients received the end: %s"
                        .formatted(finished, clients, verdict(everyClientFinished())),
                "running digests      %,d compared, %s".formatted(digests, verdict(errors.isEmpty())),
                "against the file     %d of %d last digests equal those computed anew: %s"
                        .formatted(fileDigests, clients, verdict(digestsEqual())),
                "books                %,d bytes in from the file, %,d out into the sockets: %s"
                        .formatted(in, out, verdict(booksBalance())),
                "most in the process  %,d bytes between the file and the sockets".formatted(most),
                "promised             %,d bytes = %d connections x (%d of a chunk + %d of its header): %s"
                        .formatted(bound, clients, FileServer.CHUNK, Frames.HEADER, boundHeld() ? "held" : "BROKEN"));
    }

    private static String verdict(boolean good) {
        return good ? "good" : "WRONG";
    }
}
