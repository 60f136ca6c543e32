package io.grantkeeper.provider;

import io.grantkeeper.secret.Secret;
import java.util.Optional;

/**
 * Our registration at a provider.
 *
 * @param id the {@code client_id}, which is no secret
 * @param secret absent for a public client
 */
public record ClientRegistration(String id, Optional<Secret> secret) {}
