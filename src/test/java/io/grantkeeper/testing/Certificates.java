package io.grantkeeper.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Certificates of servers, each signed by itself, and a store of those that a service is to trust. */
public final class Certificates {

    private static final String PASSWORD = "changeit";
    private static final String TYPE = "PKCS12";

    private final Path folder;
    private final KeyStore trusted = empty();

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** In a folder of their own below this one. */
    public static Certificates below(Path folder) {
        try {
            return new Certificates(Files.createTempDirectory(Files.createDirectories(folder), "certificates"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A server's that nobody trusts, for a name such as {@code ip:127.0.0.1} or {@code dns:localhost}. */
    public SSLContext untrusted(String server, String name) {
        return context(made(server, name));
    }

    /** The same, of a server that is trusted. */
    public SSLContext trusted(String server, String name) {
        KeyStore own = made(server, name);
        try {
            trusted.setCertificateEntry(server, own.getCertificate(server));
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
        return context(own);
    }

    /** What has a JVM trust those of them that are trusted, and nobody else. */
    public String javaOptions() {
        Path file = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
        return "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
                .formatted(file.toAbsolutePath(), PASSWORD);
    }

    private KeyStore made(String server, String name) {
        Path file = folder.resolve(server + ".p12");
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                server,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + server,
                "-ext",
                "san=" + name,
                "-validity",
                "2",
                "-storetype",
                TYPE,
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(TYPE);
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static SSLContext context(KeyStore store) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static KeyStore empty() {
        try {
            KeyStore store = KeyStore.getInstance(TYPE);
            store.load(null, null);
            return store;
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool: " + said);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
