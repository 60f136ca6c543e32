package io.grantkeeper.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.secret.Secret;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackParametersTest {

    /** Of Shopify's documentation. */
    private static final String SIGNED = "code=0907a61c0c8d55e99db179b68161bc00&shop=some-shop.myshopify.com"
            + "&state=0.6784241404160823&timestamp=1337178173";

    private static final String HMAC = "700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf";
    private static final Secret KEY = Secret.of("hush");

    @ParameterizedTest
    @ValueSource(strings = {SIGNED + "&hmac=" + HMAC, "hmac=" + HMAC + "&" + SIGNED})
    void aSignatureOfAllTheOthersIsRight(String query) {
        assertThat(parameters(query).isSigned("hmac", KEY)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "some-shop, other-shop",
        "timestamp=1337178173, timestamp=1337178174",
        "&timestamp=1337178173, ''",
        "&state=, &more=1&state=",
        "hmac=700e, hmac=700f",
        "&hmac=, &hmak="
    })
    void aSignatureOfAnythingElseIsWrong(String right, String wrong) {
        assertThat(parameters((SIGNED + "&hmac=" + HMAC).replace(right, wrong)).isSigned("hmac", KEY))
                .isFalse();
    }

    @Test
    void aSignatureWithAnotherSecretOrNoneIsWrong() {
        assertThat(parameters(SIGNED + "&hmac=" + HMAC).isSigned("hmac", Secret.of("Hush")))
                .isFalse();
        assertThat(parameters(SIGNED).isSigned("hmac", KEY)).isFalse();
        assertThat(parameters(SIGNED + "&hmac=").isSigned("hmac", KEY)).isFalse();
    }

    @Test
    void whatIsJsonCanBeLookedIntoAndTheRestIsText() {
        // When
        CallbackParameters parameters =
                parameters("user={\"name\":{\"firstName\":\"Ada\"}}&realmId=007&broken={&a=1&a=2");

        // Then
        assertThat(parameters.told().at("/user/name/firstName").asText()).isEqualTo("Ada");
        assertThat(parameters.told().at("/realmId").asText()).isEqualTo("007");
        assertThat(parameters.told().at("/broken").asText()).isEqualTo("{");
        assertThat(parameters.told().has("a")).isFalse();
    }

    @Test
    void whatItHoldsIsInNoText() {
        assertThat(parameters("code=" + "c".repeat(20)).toString()).isEqualTo("CallbackParameters[***]");
        assertThat(parameters("long=" + "x".repeat(5000)).find("long")).isEmpty();
    }

    private static CallbackParameters parameters(String query) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        List.of(query.split("&")).forEach(pair -> {
            String[] halves = pair.split("=", 2);
            parameters.add(halves[0], halves[1]);
        });
        return CallbackParameters.of(parameters);
    }
}
