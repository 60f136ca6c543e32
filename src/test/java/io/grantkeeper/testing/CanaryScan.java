package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Searches files for secrets in every form in which they could have got there. It never repeats one. */
public final class CanaryScan {

    /** Of a longer text there may stand a piece only, where a line was cut; this much of it would be too much. */
    private static final int SHORTEST_FORM = 16;

    private static final int HASH_BITS = 24;
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;
    private static final long BASE = 1_000_003;

    /** By what the character counts that leaves the window. */
    private static final long FIRST =
            LongStream.generate(() -> BASE).limit(SHORTEST_FORM).reduce(1, (product, each) -> product * each);

    /** What to look for, each with what it is: by the hash of how it begins, and those that are too short for one. */
    private final Map<Long, List<Form>> longForms = new HashMap<>();

    private final List<Form> shortForms = new ArrayList<>();

    /** Which hashes there may be, so that most places cost one look at one bit. */
    private final BitSet mayBegin = new BitSet(1 << HASH_BITS);

    /** @param canaries secrets, each with its kind */
    public CanaryScan(Map<String, String> canaries) {
        Map<String, String> forms = new LinkedHashMap<>();
        canaries.forEach((secret, kind) -> formsOf(secret).forEach((form, name) -> forms.put(form, kind + name)));
        forms.forEach((text, kind) -> add(new Form(text, kind)));
    }

    private record Form(String text, String kind) {

        /** Records print what they hold. */
        @Override
        public String toString() {
            return kind;
        }
    }

    private void add(Form form) {
        if (form.text().length() < SHORTEST_FORM) {
            shortForms.add(form);
            return;
        }
        long hash = 0;
        for (int i = 0; i < SHORTEST_FORM; i++) {
            hash = hash * BASE + form.text().charAt(i);
        }
        longForms.computeIfAbsent(hash, first -> new ArrayList<>()).add(form);
        mayBegin.set(bit(hash));
    }

    private static int bit(long hash) {
        return (int) ((hash * SPREAD) >>> (Long.SIZE - HASH_BITS));
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
        shortForms.forEach(form -> {
            for (int at = content.indexOf(form.text()); at >= 0; at = content.indexOf(form.text(), at + 1)) {
                findings.add(finding(file, content, at, form));
            }
        });
        // Rabin and Karp's: the hash of a window is that of the one before, less its first character and with the next.
        long hash = 0;
        for (int end = 0; end < content.length(); end++) {
            int begin = end - SHORTEST_FORM + 1;
            hash = hash * BASE + content.charAt(end) - (begin > 0 ? FIRST * content.charAt(begin - 1) : 0);
            if (begin >= 0 && mayBegin.get(bit(hash))) {
                for (Form form : longForms.getOrDefault(hash, List.of())) {
                    if (content.startsWith(form.text(), begin)) {
                        findings.add(finding(file, content, begin, form));
                    }
                }
            }
        }
        return findings;
    }

    private static Finding finding(Path file, String content, int at, Form form) {
        long linesBefore =
                content.substring(0, at).chars().filter(each -> each == '\n').count();
        return new Finding(file, 1 + (int) linesBefore, form.kind());
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
