package io.grantkeeper.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grantkeeper.secret.Secret;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

class DatabaseUrlTest {

    @Test
    void anAddressIsReadAsOperatorsWriteIt() {
        assertThat(DatabaseUrl.parse("postgresql://keeper:pw@db.example:6432/grants?sslmode=require"))
                .isEqualTo(new DatabaseUrl(
                        "db.example", 6432, "grants", "keeper", Secret.of("pw"), Map.of("sslmode", "require")));
    }

    @Test
    void whatIsLeftOutIsUsual() {
        assertThat(DatabaseUrl.parse("postgres://keeper:@localhost/grants"))
                .isEqualTo(new DatabaseUrl("localhost", 5432, "grants", "keeper", Secret.of(""), Map.of()));
    }

    @Test
    void percentEncodingIsUndone() {
        // When
        DatabaseUrl url = DatabaseUrl.parse("postgresql://k%40acme:p%3Aw%2F%25+%C3%BC:x@h/g");

        // Then
        assertThat(url.user()).isEqualTo("k@acme");
        assertThat(url.password()).isEqualTo(Secret.of("p:w/%+ü:x"));
    }

    @ParameterizedTest
    @CsvSource({
        "grants, grants",
        "my%20grants, my grants",
        "a%25b, a%b",
        "a%3Fsslmode=disable, a?sslmode=disable",
        "a%23b, a#b",
        "%C3%BC, ü"
    })
    void bothClientsFindTheDatabaseThatIsMeant(String written, String name) {
        // When
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u:p@h:1/" + written + "?sslmode=require");

        // Then
        assertThat(url.name()).isEqualTo(name);
        Properties jdbc = Driver.parseURL(url.jdbc(), null);
        assertThat(jdbc.getProperty("PGDBNAME")).isEqualTo(name);
        assertThat(jdbc.getProperty("sslmode")).isEqualTo("require");
        assertThat(PgConnectOptions.fromUri(url.reactive().get("quarkus.datasource.reactive.url"))
                        .getDatabase())
                .isEqualTo(name);
    }

    @Test
    void bothClientsFindTheServer() {
        // When
        DatabaseUrl url =
                DatabaseUrl.parse("postgresql://u:p@[::1]:6432/g?sslmode=verify-full&sslrootcert=%2Fa%20b%2Fca.pem");

        // Then
        Properties jdbc = Driver.parseURL(url.jdbc(), null);
        assertThat(jdbc.getProperty("PGHOST")).isEqualTo("[::1]");
        assertThat(jdbc.getProperty("PGPORT")).isEqualTo("6432");
        assertThat(jdbc.getProperty("sslrootcert")).isEqualTo("/a b/ca.pem");
        assertThat(url.reactive())
                .containsEntry("quarkus.datasource.reactive.postgresql.ssl-mode", "verify-full")
                .containsEntry("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS")
                .containsEntry("quarkus.datasource.reactive.trust-certificate-pem.certs", "/a b/ca.pem");
        PgConnectOptions reactive = PgConnectOptions.fromUri(url.reactive().get("quarkus.datasource.reactive.url"));
        assertThat(reactive.getPort()).isEqualTo(6432);
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-ca", "verify-full"})
    void whoWantsACertificateVerifiedTrustsNotEverybody(String sslMode) {
        assertThat(DatabaseUrl.parse("postgresql://u:p@h/g?sslmode=" + sslMode).reactive())
                .doesNotContainKey("quarkus.datasource.reactive.trust-all");
        assertThat(DatabaseUrl.parse("postgresql://u:p@h/g?sslmode=" + sslMode).jdbc())
                .contains("sslmode=" + sslMode)
                .contains("sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
    }

    @Test
    void I7_thePasswordIsInNoTextOfTheAddress() {
        // When
        DatabaseUrl url = DatabaseUrl.parse("postgresql://keeper:canary@h/g");

        // Then
        assertThat(url.toString()).doesNotContain("canary");
        assertThat(url.jdbc()).doesNotContain("canary");
        assertThat(url.reactive().toString()).doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "canary",
                "mysql://u:canary@h/g",
                "jdbc:postgresql://u:canary@h/g",
                "postgresql:u:canary@h/g",
                "postgresql://u:canary@h",
                "postgresql://u:canary@h/",
                "postgresql://canary@h/g",
                "postgresql://:canary@h/g",
                "postgresql://h/canary",
                "postgresql://u:canary@/g",
                "postgresql://u:canary@h:port/g",
                "postgresql://u:can ary@h/g",
                "postgresql://u:canary%zz@h/g",
                "postgresql://u:canary#x@h/g",
                "postgresql://u:canary@h/g?sslmode=canary",
                "postgresql://u:canary@h/g?sslmode",
                "postgresql://u:canary@h/g?canary=1",
                "postgresql://u:canary@h/g?sslmode=require&user=canary",
                "postgresql://u:canary@h/g?sslmode=require&sslmode=disable"
            })
    void I7_anAddressOfAnotherFormIsRefusedAndNotRepeated(String url) {
        assertThatExceptionOfType(StartRefused.class)
                .isThrownBy(() -> DatabaseUrl.parse(url))
                .satisfies(refused -> assertThat(refused.getMessage())
                        .startsWith("GRANTKEEPER_DATABASE_URL ")
                        .doesNotContain("canary")
                        .doesNotContain("can ary"))
                .withNoCause();
    }
}
