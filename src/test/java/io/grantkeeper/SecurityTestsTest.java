package io.grantkeeper;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which attack is tried by which test: the document is made of the tests, and says of the others why not. */
class SecurityTestsTest {

    private static final Path DOCUMENT = Path.of("docs/security-tests.md");
    private static final Path MADE = Path.of("target/security-tests.md");
    private static final int ROWS = 135;

    private static final Pattern METHOD = Pattern.compile("void ((?:A\\d+_)+)(\\w+)\\(");
    private static final Pattern CASE = Pattern.compile("mutant\\(\\s*\"A(\\d+): ([^\"]+)\"");

    private static final String PROXY = "there is no injecting proxy yet";
    private static final String COMMAND_LINE = "the command line has no such command yet";

    private static final Map<Integer, String> NOT_YET = new TreeMap<>(Map.ofEntries(
            Map.entry(14, "needs the native executable, which is compiled elsewhere"),
            Map.entry(131, "of the machine, not of the service"),
            Map.entry(132, "there is no image yet"),
            Map.entry(133, "of the build's supply chain")));

    static {
        IntStream.concat(IntStream.rangeClosed(89, 96), IntStream.rangeClosed(102, 108))
                .forEach(row -> NOT_YET.put(row, PROXY));
        IntStream.rangeClosed(116, 119).forEach(row -> NOT_YET.put(row, COMMAND_LINE));
    }

    @Test
    void everyAttackHasATestOrAReasonAndNotBoth() {
        // When
        TreeSet<Integer> rows = new TreeSet<>(tests().keySet());

        // Then
        assertThat(NOT_YET.keySet()).doesNotContainAnyElementsOf(rows);
        rows.addAll(NOT_YET.keySet());
        assertThat(rows)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, ROWS).boxed().toList());
    }

    @Test
    void theDocumentIsMadeOfTheTests() throws IOException {
        // When
        String made = document(tests());
        Files.createDirectories(MADE.getParent());
        Files.writeString(MADE, made);

        // Then
        assertThat(Files.readString(DOCUMENT))
                .as("where tests were meant to change: cp " + MADE + " " + DOCUMENT)
                .isEqualTo(made);
    }

    private static String document(Map<Integer, List<String>> tests) {
        return """
                # Attacks and their tests
                Made of the tests' names by `SecurityTestsTest`; a row is an attack that was thought of, and what must happen.

                | row | what is tested | where |
                | --- | --- | --- |
                %s
                ## Not tested yet
                | row | why |
                | --- | --- |
                %s""".formatted(
                        tests.entrySet().stream()
                                .flatMap(row -> row.getValue().stream()
                                        .map(test -> "| A" + row.getKey() + " | " + test + " |\n"))
                                .collect(joining()),
                        NOT_YET.entrySet().stream()
                                .map(row -> "| A" + row.getKey() + " | " + row.getValue() + " |\n")
                                .collect(joining()));
    }

    private static Map<Integer, List<String>> tests() {
        Map<Integer, List<String>> tests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(file -> collect(file, tests));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return tests;
    }

    private static void collect(Path file, Map<Integer, List<String>> tests) {
        String where = "`" + file.getFileName().toString().replace(".java", "") + "`";
        String source = read(file);
        for (Matcher method = METHOD.matcher(source); method.find(); ) {
            for (Matcher row = Pattern.compile("\\d+").matcher(method.group(1)); row.find(); ) {
                add(tests, Integer.parseInt(row.group()), sentence(method.group(2)) + " | " + where);
            }
        }
        for (Matcher each = CASE.matcher(source); each.find(); ) {
            add(tests, Integer.parseInt(each.group(1)), "a token that is " + each.group(2) + " is none | " + where);
        }
    }

    private static void add(Map<Integer, List<String>> tests, int row, String test) {
        tests.computeIfAbsent(row, first -> new ArrayList<>()).add(test);
    }

    private static String sentence(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
