package io.grantkeeper.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

class DemoIsNotPackagedIT {

    private static final Path PACKAGE = Path.of(System.getProperty("grantkeeper.package"));

    @Test
    void theDemoAndItsLibraryStayOutOfEveryJar() throws Exception {
        // When
        List<String> entries = entries();

        // Then
        assertThat(entries)
                .contains("io/grantkeeper/provider/Provider.class", "providers/google.yaml")
                .noneMatch(name -> name.startsWith("io/grantkeeper/demo"))
                .noneMatch(name -> name.startsWith("no/nav/security/"))
                .noneMatch(name -> name.startsWith("demo/") || name.endsWith("/demo.yaml"));
    }

    private static List<String> entries() throws IOException {
        try (Stream<Path> files = Files.walk(PACKAGE)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .flatMap(DemoIsNotPackagedIT::entries)
                    .toList();
        }
    }

    private static Stream<String> entries(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
