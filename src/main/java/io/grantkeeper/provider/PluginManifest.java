package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.serialization.node.TokenStreamLocationAwareTextNode;
import com.networknt.schema.utils.JsonNodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A plugin's manifest: another spelling of an entry, or a use of a built-in provider.
 *
 * <p>It names settings for the client. The values go to the token URL that the same file chooses, so only names that it
 * declares as its own are let in, and none of the service's.
 */
record PluginManifest(EntryFile file, JsonNode tree) {

    private static final String CUSTOM = "custom";
    private static final Pattern OURS = Pattern.compile("GRANTKEEPER_|QUARKUS_");

    boolean isReference() {
        return !oauth("provider").asText().equals(CUSTOM);
    }

    /** What a schema cannot say about it. */
    List<Fault> faults(Providers builtIn) {
        List<Fault> faults = new ArrayList<>();
        for (String key : List.of("clientIdSecret", "clientSecretSecret")) {
            checkSecret(key, oauth(key)).ifPresent(reason -> faults.add(file.fault(oauth(key), reason)));
        }
        if (isReference()) {
            builtIn.find(oauth("provider").asText())
                    .ifPresentOrElse(
                            provider -> faults.addAll(notOfferedBy(provider)),
                            () -> faults.add(file.fault(
                                    oauth("provider"), "oauth/provider is neither custom nor a built-in provider")));
        }
        return faults;
    }

    private Optional<String> checkSecret(String key, JsonNode name) {
        if (name.isMissingNode()) {
            return Optional.empty();
        }
        if (OURS.matcher(name.textValue()).lookingAt()) {
            return Optional.of("oauth/" + key + " names a setting of this service");
        }
        return tree.path("developerSecrets").has(name.textValue())
                ? Optional.empty()
                : Optional.of("oauth/" + key + " is not among developerSecrets");
    }

    private List<Fault> notOfferedBy(Provider provider) {
        return scopes().filter(
                        scope -> provider.scopes().find(scope.textValue()).isEmpty())
                .map(scope -> file.fault(
                        scope,
                        "oauth/scopes names " + scope.textValue() + ", which " + provider.id() + " does not offer"))
                .toList();
    }

    /** The entry that it spells. Its nodes are those of the manifest, so that faults are found in the right line. */
    JsonNode entry() {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        entry.set("id", id());
        entry.set("name", oauth("providerName"));
        entry.set("authorization_url", oauth("authorizationUrl"));
        entry.set("token_url", oauth("tokenUrl"));
        ObjectNode scopes = entry.putObject("scopes");
        scopes().forEach(scope -> scopes.set(scope.textValue(), scope));
        entry.put("scope_picker", false);
        entry.put("client_auth", oauth("clientSecretSecret").isMissingNode() ? "none" : "basic");
        return entry;
    }

    Entry.Reference reference() {
        String provider = oauth("provider").textValue();
        return new Entry.Reference(provider, clientSettings(provider));
    }

    ClientSettings clientSettings(String providerId) {
        ClientSettings usual = ClientSettings.of(providerId);
        return new ClientSettings(
                oauth("clientIdSecret").asText(usual.clientId()),
                oauth("clientSecretSecret").asText(usual.clientSecret()));
    }

    /** The name in lower case, words joined by '-'. */
    private JsonNode id() {
        JsonNode name = oauth("providerName");
        String id = name.asText()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        JsonLocation location = JsonNodes.tokenStreamLocationOf(name);
        return new TokenStreamLocationAwareTextNode(id, location);
    }

    private Stream<JsonNode> scopes() {
        return StreamSupport.stream(oauth("scopes").spliterator(), false);
    }

    private JsonNode oauth(String key) {
        return tree.path("oauth").path(key);
    }
}
