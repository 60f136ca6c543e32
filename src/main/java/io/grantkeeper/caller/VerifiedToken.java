package io.grantkeeper.caller;

import java.time.Instant;

/**
 * What a token says, after its signature, issuer and times were checked.
 *
 * @param type {@code typ} of its header; empty when there is none
 */
record VerifiedToken(String type, Claims claims, Instant expiresAt) {}
