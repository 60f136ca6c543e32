package io.grantkeeper.provider;

import java.util.Optional;

/**
 * Who the user is at the provider. Only the subject identifies: an e-mail address can change hands.
 *
 * @param subject empty when the provider tells nobody who its users are
 * @param accountId the provider's own id for the tenant or account, where it has one besides the subject
 * @param accountName for people: a name or an address
 */
public record ProviderIdentity(String subject, Optional<String> accountId, Optional<String> accountName) {

    private static final int LONGEST = 256;

    public ProviderIdentity {
        accountId = accountId.map(ProviderIdentity::harmless).filter(text -> !text.isBlank());
        accountName = accountName.map(ProviderIdentity::harmless).filter(text -> !text.isBlank());
    }

    /** Whether nothing has to be taken from it. A subject cannot be shortened: it would be somebody else's then. */
    static boolean isHarmless(String text) {
        return harmless(text).equals(text);
    }

    /** A provider's words end up in pages, terminals and logs: without control and direction characters, and short. */
    private static String harmless(String text) {
        StringBuilder kept = new StringBuilder();
        text.codePoints()
                .filter(each -> switch (Character.getType(each)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> false;
                    default -> true;
                })
                .limit(LONGEST)
                .forEach(kept::appendCodePoint);
        return kept.toString().strip();
    }
}
