package io.grantkeeper.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.grantkeeper.provider.Field;
import io.grantkeeper.provider.Presentation;
import io.grantkeeper.provider.Provider;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A provider as the API shows it: what it is called and how it is used.
 *
 * @param accountEnvVar null where the tool wants no account
 * @param skill left out where there is none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ProviderView(
        @Schema(description = "The word for it in requests") String provider,
        String displayName,
        String description,

        @Schema(description = "The variable that programs read the access token from")
        String envVar,

        @Schema(description = "The variable for the account's name, where the tool wants one", nullable = true)
        @Nullable String accountEnvVar,

        Tool tool,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Skill skill,
        String exampleCommand,

        @Schema(description = "How long an access token lives, in words")
        String tokenLifetime,

        @Schema(description = "Whether a user chooses among the scopes")
        boolean scopePicker,

        @Schema(description = "Scopes that are asked always")
        List<String> requiredScopes,

        @Schema(description = "Every scope that is offered, with words for a person")
        Map<String, String> scopeLabels,

        @Schema(description = "What has to be said of a connection before consent, such as a shop")
        List<ConnectionField> connectionFields,

        @Schema(description = "Where the tokens may be sent; the first is the usual one")
        List<String> apiBaseUrls,

        @Schema(description = "Whether a client is configured, without which nothing can be connected")
        boolean configured) {

    record Tool(String name, String installCmd, String checkCmd) {

        static Tool of(Presentation.Tool tool) {
            return new Tool(tool.name(), tool.installCmd(), tool.checkCmd());
        }
    }

    record Skill(String installCmd) {}

    /** @param required whether nothing can be connected without it; what is missing then is asked on a page */
    record ConnectionField(String name, String label, String example, boolean required) {

        static ConnectionField of(Field field) {
            return new ConnectionField(field.name(), field.label(), field.example(), field.isNeeded());
        }
    }

    static ProviderView of(Provider provider, boolean configured) {
        Presentation presentation = provider.presentation();
        return new ProviderView(
                provider.id(),
                provider.name(),
                provider.description(),
                presentation.envVar(),
                presentation.accountEnvVar().orElse(null),
                Tool.of(presentation.tool()),
                presentation.skill().map(skill -> new Skill(skill.installCmd())).orElse(null),
                presentation.exampleCommand(),
                presentation.tokenLifetime(),
                provider.scopes().picker(),
                List.copyOf(provider.scopes().required()),
                provider.scopes().labels(),
                provider.fields().stream()
                        .filter(Field::isGiven)
                        .map(ConnectionField::of)
                        .toList(),
                presentation.apiBaseUrls(),
                configured);
    }
}
