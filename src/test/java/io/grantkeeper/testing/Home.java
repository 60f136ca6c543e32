package io.grantkeeper.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Home folders of embedded services. They stay when the tests are done, so that the logs in them can be searched. */
public final class Home {

    private Home() {}

    /** Where a home of this name will be; what an earlier run left there is gone. */
    public static Path fresh(String name) {
        Path folder = all().resolve(name);
        try {
            Files.createDirectories(folder.getParent());
            if (Files.exists(folder)) {
                delete(folder);
            }
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static Path all() {
        return PackagedService.logs().resolveSibling("service-homes");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
