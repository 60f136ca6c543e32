package io.grantkeeper.caller;

import static io.grantkeeper.problem.ProblemCode.INVALID_REQUEST;

import io.grantkeeper.problem.Problem;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A person signed in at the operator's identity provider.
 *
 * @param subject the provider's {@code sub}
 * @param organisations the accounts that the organisation claim carries; none for a user alone
 * @param operator whether the operator role is among the roles
 */
public record User(String subject, Set<AccountId> organisations, boolean operator) implements Caller {

    public User {
        organisations = Set.copyOf(organisations);
    }

    @Override
    public AccountId account(@Nullable String asked) {
        if (asked != null) {
            return organisations.stream()
                    .filter(organisation -> organisation.value().equals(asked))
                    .findAny()
                    .orElseThrow(Accounts::notFound);
        }
        return switch (organisations.size()) {
            case 0 -> new AccountId(subject);
            case 1 -> organisations.iterator().next();
            default -> throw Problem.of(INVALID_REQUEST, "You belong to several accounts: name one by accountId.");
        };
    }

    /** Whether connections of an account are this user's too: of one of the organisations, else of the user alone. */
    public boolean isMemberOf(AccountId account) {
        return organisations.isEmpty() ? account.value().equals(subject) : organisations.contains(account);
    }
}
