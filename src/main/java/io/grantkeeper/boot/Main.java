package io.grantkeeper.boot;

import io.grantkeeper.cli.CommandFailed;
import io.grantkeeper.cli.DashboardCommand;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;
import picocli.CommandLine;

/** Runs what the command line asks for: the service, or a command that needs no Quarkus. */
@QuarkusMain
public final class Main {

    Main() {}

    public static void main(String... arguments) {
        int exitCode = asksToServe(arguments) ? serve() : commandLine().execute(arguments);
        // In dev mode the process goes on, and runs this again after a reload.
        if (LaunchMode.current() != LaunchMode.DEVELOPMENT) {
            System.exit(exitCode);
        }
    }

    /** Which needs no reading of a command line: it would cost a start some hundred milliseconds of processor time. */
    private static boolean asksToServe(String... arguments) {
        return arguments.length == 0 || Arrays.equals(arguments, new String[] {"serve"});
    }

    private static int serve() {
        try {
            return new ServeCommand().call();
        } catch (StartRefused | EmbeddedDatabaseException refusal) {
            return refused(refusal);
        }
    }

    /** Every command is here. Wrong usage is told with how it is right, and exits with 2. */
    static CommandLine commandLine() {
        ServeCommand serve = new ServeCommand();
        return new CommandLine(new Grantkeeper(serve))
                .addSubcommand(serve)
                .addSubcommand(new DashboardCommand(() -> BootSettings.read().localServer()))
                .addSubcommand(new ProvidersCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, arguments) -> usage(wrong))
                .setExecutionExceptionHandler((failure, command, parsed) -> told(failure));
    }

    private static int usage(CommandLine.ParameterException wrong) {
        System.err.println("grantkeeper: " + wrong.getMessage());
        wrong.getCommandLine().usage(System.err);
        return CommandLine.ExitCode.USAGE;
    }

    /** What stands in the way of a command is a sentence for whoever typed it; anything else is a bug and gets its trace. */
    private static int told(Exception failure) throws Exception {
        return switch (failure) {
            case CommandFailed failed -> refused(failed);
            case StartRefused refused -> refused(refused);
            case EmbeddedDatabaseException broken -> refused(broken);
            default -> throw failure;
        };
    }

    private static int refused(Exception why) {
        System.err.println("grantkeeper: " + why.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
