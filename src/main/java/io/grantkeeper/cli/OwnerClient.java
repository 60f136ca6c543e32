package io.grantkeeper.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Calls the API as the local owner: each request is signed with the key in the home folder (RFC 9421). */
final class OwnerClient {

    private static final String ALGORITHM = "HmacSHA256";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int NONCE_BYTES = 16;

    private final URI server;
    private final Path keyFile;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    OwnerClient(LocalServer local) {
        this.server = local.url();
        this.keyFile = local.home().resolve("owner.key");
    }

    /** Posts an empty body, and returns the answer's. */
    String post(String path) {
        String parameters = "(\"@method\" \"@authority\" \"@path\" \"@query\");created="
                + Clock.systemUTC().instant().getEpochSecond() + ";keyid=\"local\";nonce=\"" + nonce()
                + "\";tag=\"grantkeeper-v1\"";
        String base = "\"@method\": POST\n\"@authority\": " + server.getRawAuthority() + "\n\"@path\": " + path
                + "\n\"@query\": ?\n\"@signature-params\": " + parameters;
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(PATIENCE)
                .header("Signature-Input", "sig1=" + parameters)
                .header("Signature", "sig1=:" + signature(base) + ":")
                .POST(BodyPublishers.noBody())
                .build();
        return answer(request);
    }

    private String answer(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new CommandFailed(
                        "the server at " + server + " answered " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException away) {
            throw new CommandFailed(
                    "no server answers at " + server + ": is it running? GRANTKEEPER_URL names another");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted");
        }
    }

    private String signature(String base) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(
                    HexFormat.of().parseHex(Files.readString(keyFile).strip()), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(base.getBytes(US_ASCII)));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new CommandFailed(
                    "the owner's key " + keyFile + " cannot be read: GRANTKEEPER_HOME names its folder");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
        }
    }

    private static String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
