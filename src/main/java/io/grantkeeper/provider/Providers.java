package io.grantkeeper.provider;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The providers that can be connected. */
public interface Providers {

    Optional<Provider> find(String id);

    /** All of them, in the order of their names. */
    List<Provider> all();

    /** The provider and the scopes that a word like {@code google_gmail} stands for. */
    Optional<Service> findService(String alias);

    /** @throws Problem {@code unknown_provider}, which never repeats what was asked for */
    default Provider require(String id) {
        return find(id).orElseThrow(Providers::unknown);
    }

    /** What is known of a provider's refresh tokens; the worst is assumed of one that is not here any more. */
    default Refresh refreshOf(String id) {
        return find(id).map(Provider::refresh).orElse(Refresh.UNKNOWN);
    }

    /** @throws Problem {@code unknown_provider} when the word stands for no provider's scopes */
    default Service byService(String alias) {
        return findService(alias).orElseThrow(Providers::unknown);
    }

    /** Providers that do not change. */
    static Providers of(Collection<Provider> providers) {
        return new Catalogue(providers);
    }

    private static Problem unknown() {
        return Problem.of(ProblemCode.UNKNOWN_PROVIDER, "There is no provider of this name.");
    }
}
