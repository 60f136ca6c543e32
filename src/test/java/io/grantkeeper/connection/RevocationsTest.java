package io.grantkeeper.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.connection.Revocations.Handed;
import io.grantkeeper.provider.ConnectionFields;
import io.grantkeeper.provider.Providers;
import io.grantkeeper.provider.RevocationEndpoint.TokenKind;
import io.grantkeeper.provider.TestProviders;
import io.grantkeeper.secret.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevocationsTest {

    private static final Optional<Secret> REFRESH = Optional.of(Secret.of("rt"));
    private static final Secret ACCESS = Secret.of("at");

    @Test
    void aRefreshTokenIsHandedOverWhereTheProviderTakesEither() {
        assertThat(handed("", REFRESH)).contains(new Handed(Secret.of("rt"), TokenKind.REFRESH_TOKEN));
        assertThat(handed("", Optional.empty())).contains(new Handed(ACCESS, TokenKind.ACCESS_TOKEN));
    }

    @Test
    void githubAndBearersTakeTheAccessTokenOnly() {
        assertThat(handed("style: github", REFRESH)).contains(new Handed(ACCESS, TokenKind.ACCESS_TOKEN));
        assertThat(handed("style: bearer", REFRESH)).contains(new Handed(ACCESS, TokenKind.ACCESS_TOKEN));
    }

    @Test
    void zohoTakesTheRefreshTokenOnly() {
        assertThat(handed("token: refresh_token", REFRESH))
                .contains(new Handed(Secret.of("rt"), TokenKind.REFRESH_TOKEN));
        assertThat(handed("token: refresh_token", Optional.empty())).isEmpty();
    }

    private static Optional<Handed> handed(String revocation, Optional<Secret> refreshToken) {
        Providers providers = Providers.of(List.of(TestProviders.of("""
                id: acme
                name: Acme
                authorization_url: https://login.acme.example/authorize
                token_url: https://login.acme.example/token
                revocation: {url: https://login.acme.example/revoke, %s}
                """.formatted(revocation))));
        return new Revocations(null, null, null, providers, null, null)
                .handed("acme", ConnectionFields.NONE, refreshToken, () -> ACCESS);
    }
}
