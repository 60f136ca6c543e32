package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/** A path that is taken is read alike by whoever reads it; one that is not taken has two readings. */
class RawPathFuzzTest {

    private static final String UNRESERVED_AND_MORE = "-._~!$&'()*+,=:@/%";

    @FuzzTest
    void A53_whatIsTakenHasOneReading(byte[] input) {
        String path = new String(input, ISO_8859_1);

        boolean plain = new RawPath(path).isPlain();

        assertThat(plain).as(path).isEqualTo(hasOneReading(path));
        if (plain) {
            assertReadAlikeByTheJdk(path);
        }
    }

    private static void assertReadAlikeByTheJdk(String path) {
        URI read = URI.create(path);
        URI inContext = URI.create("http://keeper.example" + path);
        assertThat(read.getRawPath()).isEqualTo(path);
        assertThat(read.getRawAuthority()).isNull();
        assertThat(read.getRawQuery()).isNull();
        assertThat(read.normalize()).isEqualTo(read);
        assertThat(inContext.getRawPath()).isEqualTo(path);
        assertThat(inContext.getHost()).isEqualTo("keeper.example");
        assertThat(inContext.getPath().split("/", -1))
                .as("decoded before or after it is taken apart")
                .containsExactly(segments(path).stream()
                        .map(segment -> URI.create("/" + segment).getPath().substring(1))
                        .toArray(String[]::new));
    }

    /** Decoded first and looked at then, where the code under test looks at what is encoded. */
    private static boolean hasOneReading(String path) {
        return path.startsWith("/")
                && path.chars().allMatch(RawPathFuzzTest::isOfPath)
                && !path.substring(1).startsWith("/")
                && isEncoded(path)
                && segments(path).stream().allMatch(RawPathFuzzTest::isOneSegment)
                && segments(path).stream()
                        .limit(segments(path).size() - 1)
                        .skip(1)
                        .noneMatch(String::isEmpty);
    }

    private static boolean isOfPath(int character) {
        return (character < 0x80 && Character.isLetterOrDigit(character))
                || UNRESERVED_AND_MORE.indexOf(character) >= 0;
    }

    private static boolean isEncoded(String path) {
        return Arrays.stream(path.split("%", -1))
                .skip(1)
                .allMatch(after -> after.length() >= 2
                        && Character.digit(after.charAt(0), 16) >= 0
                        && Character.digit(after.charAt(1), 16) >= 0);
    }

    private static boolean isOneSegment(String segment) {
        String decoded = decoded(segment);
        return !decoded.equals(".")
                && !decoded.equals("..")
                && decoded.chars().noneMatch(each -> each == '/' || each == '\\' || each < ' ' || each == 0x7f);
    }

    /** Byte for byte. */
    private static String decoded(String segment) {
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < segment.length(); i++) {
            if (segment.charAt(i) == '%') {
                decoded.append((char) Integer.parseInt(segment.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                decoded.append(segment.charAt(i));
            }
        }
        return decoded.toString();
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}
