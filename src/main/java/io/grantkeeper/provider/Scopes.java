package io.grantkeeper.provider;

import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a provider can be asked for.
 *
 * @param labels every scope that is offered, each with words for a person, in the order of the entry
 * @param required asked always; without a picker that is every scope
 * @param defaults asked when nothing is chosen
 * @param picker whether a user chooses
 * @param separator what stands between scopes in the authorization request; a space at all but a few providers
 * @param answeredAs scopes that the provider's answers call by another name
 * @param elsewhere the parameters of the authorization request that have scopes in place of the standard's, and which
 */
public record Scopes(
        Map<String, String> labels,
        Set<String> required,
        Set<String> defaults,
        boolean picker,
        String separator,
        Map<String, String> answeredAs,
        Map<String, Set<String>> elsewhere) {

    /** RFC 6749 §3.3, and no longer than any provider's longest. */
    private static final Pattern TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,256}");

    public Scopes {
        labels = Ordered.copyOf(labels);
        required = Ordered.copyOf(picker ? required : labels.keySet());
        defaults = Ordered.copyOf(defaults);
        answeredAs = Ordered.copyOf(answeredAs);
        elsewhere = Ordered.copyOf(elsewhere);
    }

    /**
     * The scopes to ask for, in the order of the entry: those that are required and those that are requested, or the
     * defaults where none is. {@code gmail.send} may stand for {@code https://www.googleapis.com/auth/gmail.send}.
     *
     * @throws Problem {@code invalid_scope} when one is no scope, stands there twice or is not offered
     */
    public SequencedSet<String> choose(Collection<String> requested) {
        Collection<String> chosen = requested.isEmpty() ? defaults : offered(requested);
        return Ordered.copyOf(labels.keySet().stream()
                .filter(scope -> required.contains(scope) || chosen.contains(scope))
                .toList());
    }

    /** Those of these that the standard's parameter of the authorization request has. */
    public SequencedSet<String> inScope(Collection<String> asked) {
        return Ordered.copyOf(asked.stream()
                .filter(scope -> elsewhere.values().stream().noneMatch(some -> some.contains(scope)))
                .toList());
    }

    /** Those that the standard's parameter has not. */
    public SequencedSet<String> inOthers(SequencedSet<String> asked) {
        SequencedSet<String> rest = new LinkedHashSet<>(asked);
        rest.removeAll(inScope(asked));
        return rest;
    }

    /** The other parameters for these, by their names. */
    Map<String, String> parameters(Collection<String> asked) {
        Map<String, String> parameters = new LinkedHashMap<>();
        elsewhere.forEach((name, some) -> {
            List<String> those = asked.stream().filter(some::contains).toList();
            if (!those.isEmpty()) {
                parameters.put(name, String.join(separator, those));
            }
        });
        return parameters;
    }

    /** The scopes that a token response names, each by the name that it is asked with. */
    public SequencedSet<String> granted(Collection<String> answered) {
        return Ordered.copyOf(answered.stream().map(this::askedAs).toList());
    }

    private String askedAs(String answered) {
        return answeredAs.entrySet().stream()
                .filter(name -> name.getValue().equals(answered))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(answered);
    }

    /** The scope that is offered under this name, or under a path that ends in it. */
    Optional<String> find(String name) {
        if (labels.containsKey(name)) {
            return Optional.of(name);
        }
        List<String> meant = labels.keySet().stream()
                .filter(scope -> scope.endsWith("/" + name))
                .toList();
        return meant.size() == 1 ? Optional.of(meant.getFirst()) : Optional.empty();
    }

    private Set<String> offered(Collection<String> requested) {
        Set<String> offered = new LinkedHashSet<>();
        for (String scope : requested) {
            if (!offered.add(offered(scope))) {
                throw invalid("The scope " + scope + " is requested twice.");
            }
        }
        return offered;
    }

    private String offered(String scope) {
        if (!TOKEN.matcher(scope).matches()) {
            // Not repeated in the answer: it may hold anything.
            throw invalid("A scope is empty, too long or has characters that no scope has.");
        }
        return find(scope).orElseThrow(() -> invalid("The scope " + scope + " is not offered."));
    }

    private static Problem invalid(String description) {
        return Problem.of(ProblemCode.INVALID_SCOPE, description);
    }
}
