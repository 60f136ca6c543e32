package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Searches files for secrets in every form in which they could have got there. It never repeats one. */
public final class CanaryScan {

    /** Of a longer text there may stand a piece only, where a line was cut; this much of it would be too much. */
    private static final int SHORTEST_FORM = 16;

    /** What to look for, each with what it is. */
    private final Map<String, String> forms = new LinkedHashMap<>();

    /** @param canaries secrets, each with its kind */
    public CanaryScan(Map<String, String> canaries) {
        canaries.forEach((secret, kind) -> formsOf(secret).forEach((form, name) -> forms.put(form, kind + name)));
    }

    /** Where a secret stands. */
    public record Finding(Path file, int line, String kind) {

        @Override
        public String toString() {
            return file + ":" + line + ": " + kind;
        }
    }

    /** All that is found in these files, and in all files below these folders. */
    public List<Finding> search(Collection<Path> places) throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (Path place : places) {
            if (Files.exists(place)) {
                try (Stream<Path> files = Files.walk(place)) {
                    for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                        findings.addAll(search(file));
                    }
                }
            }
        }
        return findings;
    }

    private List<Finding> search(Path file) throws IOException {
        return search(file, Files.readString(file, ISO_8859_1));
    }

    /** All that is found in this text, which would be the content of a file of this name. */
    public List<Finding> search(Path file, String content) {
        List<Finding> findings = new ArrayList<>();
        forms.forEach((form, kind) -> {
            for (int at = content.indexOf(form); at >= 0; at = content.indexOf(form, at + 1)) {
                int line = 1
                        + (int) content.substring(0, at)
                                .chars()
                                .filter(each -> each == '\n')
                                .count();
                findings.add(new Finding(file, line, kind));
            }
        });
        return findings;
    }

    private static Map<String, String> formsOf(String secret) {
        byte[] bytes = secret.getBytes(UTF_8);
        Map<String, String> forms = new LinkedHashMap<>();
        forms.put(secret, "");
        base64(bytes, Base64.getEncoder()).forEach(form -> forms.put(form, ", in base64"));
        base64(bytes, Base64.getUrlEncoder()).forEach(form -> forms.putIfAbsent(form, ", in base64url"));
        forms.put(HexFormat.of().formatHex(bytes), ", in hexadecimal digits");
        forms.put(HexFormat.of().withUpperCase().formatHex(bytes), ", in hexadecimal digits");
        forms.putIfAbsent(Uris.encode(secret), ", URL-encoded");
        forms.putIfAbsent(new String(JsonStringEncoder.getInstance().quoteAsString(secret)), ", JSON-escaped");
        forms.putIfAbsent(secret.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;"), ", XML-escaped");
        return forms;
    }

    /** The digits that are the same whatever stands before and behind it: in {@code id:secret}, for instance. */
    private static Set<String> base64(byte[] secret, Base64.Encoder encoder) {
        Set<String> forms = new LinkedHashSet<>();
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            String digits = encoder.withoutPadding().encodeToString(shifted);
            // Digits that hold bits of a neighbour: the first ones after a shift, and the last of an open group.
            int begin = before == 0 ? 0 : before + 1;
            int end = shifted.length % 3 == 0 ? digits.length() : digits.length() - 1;
            if (end - begin >= SHORTEST_FORM) {
                forms.add(digits.substring(begin, end));
            }
        }
        return forms;
    }
}
