package io.grantkeeper.provider;

/** The names of the settings that hold our registration at a provider. */
public record ClientSettings(String clientId, String clientSecret) {

    static ClientSettings of(String providerId) {
        return new ClientSettings(Settings.name(providerId, "client-id"), Settings.name(providerId, "client-secret"));
    }
}
