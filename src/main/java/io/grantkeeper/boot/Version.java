package io.grantkeeper.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import picocli.CommandLine.IVersionProvider;

/** The version that this program was built as, from a file that the build writes. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        try (InputStream in = Version.class.getResourceAsStream("/version")) {
            return new String[] {in == null ? "unknown" : new String(in.readAllBytes(), UTF_8).strip()};
        }
    }
}
