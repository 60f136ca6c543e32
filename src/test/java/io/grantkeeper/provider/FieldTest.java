package io.grantkeeper.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTest {

    private static final Field ANYTHING = field(Field.Kind.VALUE, Optional.of(Pattern.compile(".*")), List.of());
    private static final Field SHOP = field(Field.Kind.VALUE, Optional.of(Pattern.compile("[a-z0-9-]+")), List.of());
    private static final Field INSTANCE =
            field(Field.Kind.HOST, Optional.empty(), List.of("salesforce.com", "force.com"));
    private static final Field ANY_HOST = field(Field.Kind.HOST, Optional.empty(), List.of());

    @ParameterizedTest
    @ValueSource(strings = {"books", "a", "0-9", " books "})
    void aValueThatFitsIsTakenWithoutTheBlanksAroundIt(String text) {
        assertThat(SHOP.read(text)).contains(text.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                "...",
                "a/b",
                "../x",
                "a%2fb",
                "a?b",
                "a#b",
                "a@b",
                "a:b",
                "a\\b",
                "a b",
                "{client_secret}",
                "a\nb",
                "a\u0000",
                "ä",
                "a;b",
                "a&b=c",
                "a\"b",
                "\u202Ea"
            })
    void A98_noValueLeavesItsPlaceInAUrlWhateverThePatternLetsThrough(String text) {
        assertThat(ANYTHING.read(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "acme.my.salesforce.com, acme.my.salesforce.com",
        "https://acme.my.salesforce.com, acme.my.salesforce.com",
        "https://acme.my.salesforce.com/services/oauth2?x=1, acme.my.salesforce.com",
        "https://Acme.Force.com:443/, acme.force.com",
        "salesforce.com, salesforce.com"
    })
    void ofAnAddressTheHostIsTaken(String told, String host) {
        assertThat(INSTANCE.read(told)).contains(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "https://evil.example/acme.salesforce.com",
                "https://evil.example?salesforce.com",
                "https://evil.example#.salesforce.com",
                "https://acme.salesforce.com@evil.example",
                "https://acme@acme.salesforce.com",
                "http://acme.salesforce.com",
                "ftp://acme.salesforce.com",
                "https://acme.salesforce.com:8443",
                "evilsalesforce.com",
                "salesforce.com.evil.example",
                "acme..salesforce.com",
                "-acme.salesforce.com",
                "acme.salesforce.com.",
                "acmé.salesforce.com",
                "acme.salesforce.com\\@evil.example",
                "//acme.salesforce.com",
                "acme_.salesforce.com",
                "https://",
                "127.0.0.1"
            })
    void A98_noHostIsTakenThatIsNotTheVendors(String told) {
        assertThat(INSTANCE.read(told)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "0",
                "2130706433",
                "0x7f.1",
                "[::1]",
                "[::ffff:169.254.169.254]",
                "localhost",
                "localhost.",
                "169.254.169.254",
                "metadata",
                "10.0.0.1",
                "unix:/var/run/x"
            })
    void A98_noAddressIsTakenForAHostThatAnOperatorChooses(String told) {
        assertThat(ANY_HOST.read(told)).isEmpty();
    }

    private static Field field(Field.Kind kind, Optional<Pattern> pattern, List<String> suffixes) {
        return new Field("it", "It", "example", kind, pattern, suffixes, Optional.empty(), Optional.empty());
    }
}
