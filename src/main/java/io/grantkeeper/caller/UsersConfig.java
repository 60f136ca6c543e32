package io.grantkeeper.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Who users are: whose tokens are believed, and what their claims mean here. */
@ConfigMapping(prefix = "grantkeeper.users")
interface UsersConfig {

    /** The identity provider, exactly as the {@code iss} of its tokens. Without it there are no users. */
    Optional<String> issuer();

    /** What {@code aud} must contain, or {@code azp} be where a token has no {@code aud}; any one of several. */
    Optional<List<String>> audience();

    /** The claim with the organisations of a user, a string or an array; dots lead into objects ({@code o.id}). */
    @WithDefault("org_id")
    String accountClaim();

    /** The claims with the roles of a user. */
    @WithDefault("roles,realm_access.roles")
    List<String> rolesClaim();

    /** The role of operators. Without it there are none. */
    Optional<String> operatorRole();

    /** The keys, where OIDC discovery is not to be used. */
    Optional<String> jwksUrl();

    /** The cookie that carries a token where a browser navigates. */
    @WithDefault("__session")
    String cookie();
}
