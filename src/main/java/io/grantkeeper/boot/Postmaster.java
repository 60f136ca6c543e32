package io.grantkeeper.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The server of a data folder, as it describes itself in {@code postmaster.pid}.
 *
 * <p>The file outlives a server that was killed, and by then its process id may be another program's.
 */
record Postmaster(long processId, int port, boolean ready) {

    private static final int PROCESS_ID = 0;
    private static final int PORT = 3;
    private static final int STATUS = 7;

    static Path file(Path data) {
        return data.resolve("postmaster.pid");
    }

    /** What the file says; nothing if there is none, or a server died while it wrote it. */
    static Optional<Postmaster> describedIn(Path data) throws IOException {
        try {
            return parse(Files.readAllLines(file(data)));
        } catch (NoSuchFileException stopped) {
            return Optional.empty();
        }
    }

    private static Optional<Postmaster> parse(List<String> lines) {
        try {
            boolean ready = lines.size() > STATUS && lines.get(STATUS).strip().equals("ready");
            return Optional.of(
                    new Postmaster(Long.parseLong(lines.get(PROCESS_ID)), Integer.parseInt(lines.get(PORT)), ready));
        } catch (IndexOutOfBoundsException | NumberFormatException incomplete) {
            return Optional.empty();
        }
    }

    /** Whether any process has the id. */
    boolean isAlive() {
        return ProcessHandle.of(processId).isPresent();
    }

    /** Whether the process with the id is PostgreSQL on this data folder, which is where its server works. */
    boolean serves(Path data) {
        return ProcessHandle.of(processId)
                .map(ProcessHandle::info)
                .filter(Postmaster::isPostgres)
                .filter(process -> worksIn(data, process))
                .isPresent();
    }

    /** The system tells this of our own processes only; another user's is not the one that served the folder. */
    private static boolean isPostgres(ProcessHandle.Info process) {
        return process.command()
                .map(command -> Path.of(command).getFileName())
                .filter(name -> name.toString().startsWith("postgres"))
                .isPresent();
    }

    private boolean worksIn(Path data, ProcessHandle.Info process) {
        Path workingDirectory = Path.of("/proc", Long.toString(processId), "cwd");
        try {
            return Files.isSameFile(workingDirectory, data);
        } catch (IOException noSuchThing) {
            return process.arguments()
                    .filter(arguments -> List.of(arguments).contains(data.toString()))
                    .isPresent();
        }
    }
}
