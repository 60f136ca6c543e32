package io.grantkeeper.boot;

import io.grantkeeper.provider.OperatorEntries;
import io.grantkeeper.rehearsal.Rehearsal;
import io.grantkeeper.rehearsal.Report;
import io.grantkeeper.rehearsal.ReportJson;
import io.grantkeeper.rehearsal.ReportTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code grantkeeper providers}: what can be done with provider entries. */
@Command(name = "providers", description = "Works on provider entries.", synopsisSubcommandLabel = "COMMAND")
final class ProvidersCommand {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int TRY_AGAIN_LATER = 5;

    /** How a report is written. */
    enum Output {
        TABLE,
        JSON
    }

    @Command(
            name = "check",
            description = {
                "Says what is wrong with an entry, or with the entries of a folder, and rehearses a connection with each"
                        + " that is sound, at an imitation of its provider on this machine.",
                "Exits with 0 where all is well, 1 where something is wrong, 5 where --live could not ask."
            })
    int check(
            @Parameters(
                            paramLabel = "FILE|DIR",
                            description = "An entry, or a folder as GRANTKEEPER_PROVIDERS_DIR names one.",
                            converter = Present.class)
                    Path path,
            @Option(names = "--live", description = "Compare with what the issuer publishes, too.") boolean live,
            @Option(
                            names = "--output",
                            paramLabel = "table|json",
                            defaultValue = "table",
                            description = "How to write the report; default: ${DEFAULT-VALUE}.")
                    Output output) {
        Report report = check(path, live);
        switch (output) {
            case TABLE -> new ReportTable(report).print(System.out);
            case JSON -> new ReportJson(report).print(System.out);
        }
        return switch (report.verdict()) {
            case FINE -> DONE;
            case WRONG -> FAILED;
            case LATER -> TRY_AGAIN_LATER;
        };
    }

    private static Report check(Path path, boolean live) {
        try (CommandVertx vertx = new CommandVertx()) {
            OperatorEntries entries = OperatorEntries.read(path, BootSettings.config());
            return new Rehearsal(vertx, Clock.systemUTC(), vertx).check(entries, live);
        }
    }

    /** A file or a folder that is there. */
    static final class Present implements ITypeConverter<Path> {

        @Override
        public Path convert(String name) {
            Path path = Path.of(name);
            if (!Files.exists(path)) {
                throw new TypeConversionException("there is no file or folder " + name);
            }
            return path;
        }
    }
}
