package io.grantkeeper.provider;

import java.util.List;
import java.util.Optional;

/**
 * What a person or an agent is told of a provider.
 *
 * @param envVar the variable that programs read the access token from
 * @param accountEnvVar the variable for the account's name, where the tool wants one
 * @param exampleCommand a call that works once the variable is set
 * @param tokenLifetime how long an access token lives, in words
 * @param apiBaseUrls where tokens may be sent; words in braces are the connection's fields
 */
public record Presentation(
        String envVar,
        Optional<String> accountEnvVar,
        Tool tool,
        Optional<Skill> skill,
        String exampleCommand,
        String tokenLifetime,
        List<String> apiBaseUrls) {

    public Presentation {
        apiBaseUrls = List.copyOf(apiBaseUrls);
    }

    /** The program that is usual for this provider. */
    public record Tool(String name, String installCmd, String checkCmd) {

        /** Usual where a provider has no program of its own. */
        static final Tool CURL = new Tool("curl", "apt-get install -y curl", "command -v curl");
    }

    /** What teaches an agent to use that program. */
    public record Skill(String installCmd) {}
}
