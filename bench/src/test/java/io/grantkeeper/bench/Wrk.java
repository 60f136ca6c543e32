package io.grantkeeper.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load generator: one thread, and callers that each send the next request when the last is answered. */
final class Wrk {

    private static final int CALLERS = 32;
    private static final Pattern MEASURED = Pattern.compile(
            "measured requests=(\\d+) micros=(\\d+) refused=(\\d+) broken=(\\d+) p50=(\\d+) p99=(\\d+)");

    private final Path script;

    Wrk(Path script) {
        this.script = script;
    }

    /** What came of one round. Any request that was not answered as it should makes the round worth nothing. */
    record Round(long requests, double perSecond, Duration p50, Duration p99) {}

    Round run(Requests.Recorded recorded, Duration time) {
        List<String> command = List.of(
                "wrk",
                "--threads=1",
                "--connections=" + CALLERS,
                "--duration=" + time.toSeconds() + "s",
                "--timeout=10s",
                "--script=" + script,
                recorded.target().toString(),
                "--",
                recorded.file().toString(),
                Integer.toString(recorded.length()));
        String said = run(command);
        Matcher measured = MEASURED.matcher(said);
        if (!measured.find()) {
            throw new IllegalStateException("wrk measured nothing: " + said);
        }
        if (!measured.group(3).equals("0") || !measured.group(4).equals("0")) {
            throw new IllegalStateException("not all requests were answered well: " + measured.group());
        }
        return new Round(
                Long.parseLong(measured.group(1)),
                Double.parseDouble(measured.group(1)) * 1e6 / Double.parseDouble(measured.group(2)),
                micros(measured.group(5)),
                micros(measured.group(6)));
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Duration micros(String text) {
        return Duration.ofNanos(Long.parseLong(text) * 1000);
    }
}
