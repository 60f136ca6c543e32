package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service as it is delivered, in a process of its own: {@code target/quarkus-app}. */
public final class PackagedService implements AutoCloseable {

    /** Small, and quick to start where two cores serve many. */
    public static final String JAVA_OPTIONS = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private static final Path PACKAGE = Path.of(System.getProperty("grantkeeper.package", "target/quarkus-app"));
    private static final Path LOGS = PACKAGE.resolveSibling("service-logs").toAbsolutePath();
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Pattern SIGN_IN = Pattern.compile("\\S+/#sign-in=(\\S+)");
    private static final Set<PackagedService> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // A test run that is broken off leaves no service behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(PackagedService::close)));
    }

    private final Process process;
    private final Map<String, String> environment;
    private final Path output;
    private final Path errors;

    private PackagedService(Process process, Map<String, String> environment, Path output, Path errors) {
        this.process = process;
        this.environment = environment;
        this.output = output;
        this.errors = errors;
    }

    /** The folder of everything that services have said, {@code NAME.out.log} and {@code NAME.err.log}. */
    public static Path logs() {
        return LOGS;
    }

    /** A service with nothing set but ports and a public URL. */
    public static Setup named(String name) {
        return new Setup(name);
    }

    /** A service with the PostgreSQL that it brings along, in this folder. */
    public static Setup embedded(String name, Path home) {
        return new Setup(name).set("GRANTKEEPER_HOME", home);
    }

    /** A service with an operator's database, key ring and identity provider. */
    public static Setup withDatabase(String name, TestDatabase database, Path keyRing, String usersIssuer) {
        return new Setup(name)
                .set("QUARKUS_HTTP_HOST", "127.0.0.1")
                .set("QUARKUS_MANAGEMENT_HOST", "127.0.0.1")
                .set("GRANTKEEPER_DATABASE_URL", database.url())
                .set("GRANTKEEPER_KEYRING_FILE", keyRing)
                .set("GRANTKEEPER_USERS_ISSUER", usersIssuer)
                .set("GRANTKEEPER_USERS_AUDIENCE", "grantkeeper");
    }

    /** A port of this machine that was free a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    /** What a service is started with. */
    public static final class Setup {

        private final String name;
        private final Map<String, String> environment = new LinkedHashMap<>();

        private Setup(String name) {
            this.name = name;
            int port = freePort();
            set("QUARKUS_HTTP_PORT", port);
            set("QUARKUS_MANAGEMENT_PORT", freePort());
            set("GRANTKEEPER_PUBLIC_URL", "http://127.0.0.1:" + port);
            set("JAVA_OPTS", JAVA_OPTIONS);
            set("JAVA_HOME", System.getProperty("java.home"));
            set("PATH", System.getenv("PATH"));
            set("LC_ALL", "C.UTF-8");
        }

        @CanIgnoreReturnValue
        public Setup set(String variable, Object value) {
            environment.put(variable, value.toString());
            return this;
        }

        @CanIgnoreReturnValue
        public Setup unset(String variable) {
            environment.remove(variable);
            return this;
        }

        @CanIgnoreReturnValue
        public Setup setAll(Map<String, String> variables) {
            environment.putAll(variables);
            return this;
        }

        /** Where it will be. */
        public URI publicUrl() {
            return URI.create(environment.get("GRANTKEEPER_PUBLIC_URL"));
        }

        /** Starts it, and returns when it is ready to serve. */
        public PackagedService start() {
            PackagedService service = begin();
            try {
                service.awaitReady();
                return service;
            } catch (RuntimeException | AssertionError notReady) {
                service.close();
                throw notReady;
            }
        }

        /** Starts it, and returns before it has got anywhere. */
        public PackagedService begin() {
            return launch();
        }

        /** Starts it, and returns when it has ended by itself. */
        public Ended startAndEnd(String... arguments) {
            Instant begin = Instant.now();
            PackagedService service = launch(arguments);
            try {
                int code = service.awaitEnd(START);
                return new Ended(
                        code, Duration.between(begin, Instant.now()), service.output(), service.errors(), this);
            } finally {
                service.close();
            }
        }

        private PackagedService launch(String... arguments) {
            try {
                Path folder = Files.createDirectories(LOGS);
                String unique = uniqueIn(folder);
                Path output = Files.createFile(folder.resolve(unique + ".out.log"));
                Path errors = Files.createFile(folder.resolve(unique + ".err.log"));
                // An empty folder, so that no .env and no config of this checkout is read.
                Path empty = Files.createDirectories(folder.resolveSibling("service-folders/" + unique));
                List<String> command = new ArrayList<>(
                        List.of(PACKAGE.toAbsolutePath().resolve("grantkeeper").toString()));
                command.addAll(List.of(arguments));
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(empty.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
                builder.environment().clear();
                builder.environment().putAll(environment);
                builder.environment().putIfAbsent("HOME", empty.toString());
                PackagedService service = new PackagedService(builder.start(), Map.copyOf(environment), output, errors);
                RUNNING.add(service);
                return service;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private String uniqueIn(Path folder) {
            String unique = name;
            for (int next = 2; Files.exists(folder.resolve(unique + ".out.log")); next++) {
                unique = name + "-" + next;
            }
            return unique;
        }
    }

    /** How a service ended that was not to serve. */
    public record Ended(int code, Duration after, String output, String errors, Setup setup) {

        @Override
        public String toString() {
            return "exit " + code + " after " + after + ": " + errors;
        }
    }

    public URI url() {
        return URI.create(environment.get("GRANTKEEPER_PUBLIC_URL"));
    }

    public URI managementUrl() {
        return URI.create("http://127.0.0.1:" + environment.get("QUARKUS_MANAGEMENT_PORT"));
    }

    public long processId() {
        return process.pid();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    public boolean isReady() {
        return answers(Api.ofNobody(managementUrl()));
    }

    /** All that it has said on its standard output. */
    public String output() {
        return read(output);
    }

    /** All that it has said on its standard error. */
    public String errors() {
        return read(errors);
    }

    /** The folder of the embedded default. */
    public Path home() {
        return Path.of(environment.get("GRANTKEEPER_HOME"));
    }

    /** The code of the link that signs the local owner's browser in. */
    public String signInCode() {
        Matcher link = SIGN_IN.matcher(await().atMost(Duration.ofSeconds(10))
                .until(this::output, said -> SIGN_IN.matcher(said).find()));
        if (!link.find()) {
            throw new AssertionError("no link to sign in");
        }
        return Canaries.add("sign-in code", link.group(1));
    }

    /** The local owner, by the key in the home folder. */
    public Api owner() {
        return Api.signed(url(), "local", read(home().resolve("owner.key")).strip());
    }

    public Api nobody() {
        return Api.ofNobody(url());
    }

    public Api bearer(String token) {
        return Api.bearer(url(), token);
    }

    public Api agent(String id, String secret) {
        return Api.signed(url(), id, secret);
    }

    /** As an operator's supervisor does: SIGTERM, and what came of it. */
    @CanIgnoreReturnValue
    public int stop() {
        process.destroy();
        return awaitEnd(STOP);
    }

    /** As {@code kill -9} does. An embedded PostgreSQL stays behind. */
    @CanIgnoreReturnValue
    public int kill() {
        process.destroyForcibly();
        return awaitEnd(STOP);
    }

    /** Ends it, and the PostgreSQL that it may have left behind. */
    @Override
    public void close() {
        RUNNING.remove(this);
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Optional.ofNullable(environment.get("GRANTKEEPER_HOME"))
                    .map(Path::of)
                    .ifPresent(PackagedService::stopOrphan);
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void stopOrphan(Path home) {
        Path pidFile = home.resolve("postgres/postmaster.pid");
        try {
            if (Files.exists(pidFile)) {
                long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
                ProcessHandle.of(pid)
                        .filter(orphan -> orphan.info().command().orElse("").endsWith("postgres"))
                        .ifPresent(ProcessHandle::destroy);
            }
        } catch (IOException | NumberFormatException gone) {
            // Somebody was faster.
        }
    }

    private void awaitReady() {
        Api management = Api.ofNobody(managementUrl());
        await().atMost(START).pollInterval(Duration.ofMillis(100)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the service has ended, exit " + process.exitValue() + "\n" + errors());
            }
            return answers(management);
        });
    }

    private static boolean answers(Api management) {
        try {
            return management.get("/q/health/ready").status() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private int awaitEnd(Duration patience) {
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the service has not ended within " + patience);
            }
            return process.exitValue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
