package io.grantkeeper.oauth;

import java.util.Optional;

/**
 * What one of a provider's refusals means, where it is not what it means at others. It fits when everything fits that it
 * names.
 *
 * @param error the code, character for character
 * @param description what {@code error_description} begins with, in upper or lower case
 */
public record OutcomeRule(
        Optional<Integer> status, Optional<String> error, Optional<String> description, Meaning meaning) {

    /** @param saidError empty where the answer has none; so with the description */
    boolean fits(int answered, String saidError, String saidDescription) {
        return status.map(wanted -> wanted == answered).orElse(true)
                && error.map(saidError::equals).orElse(true)
                && description
                        .map(beginning -> begins(saidDescription, beginning))
                        .orElse(true);
    }

    private static boolean begins(String text, String beginning) {
        return text.regionMatches(true, 0, beginning, 0, beginning.length());
    }
}
