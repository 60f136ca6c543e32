package io.grantkeeper.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** A Grantkeeper in a process of its own, which a test can kill: it starts the database of a folder and holds it. */
final class HeldDatabase implements AutoCloseable {

    private final Process process;
    private final int port;

    private HeldDatabase(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static HeldDatabase on(Path home) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeldDatabase.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader();
        return new HeldDatabase(process, Integer.parseInt(said.readLine()));
    }

    public static void main(String[] arguments) throws IOException {
        EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(arguments[0]));
        System.out.println(database.port());
        // Until the test kills this process, or ends itself.
        if (System.in.read() < 0) {
            database.close();
        }
    }

    int port() {
        return port;
    }

    /** As {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets it stop the database and end. */
    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }
}
