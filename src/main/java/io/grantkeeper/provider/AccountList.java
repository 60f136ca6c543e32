package io.grantkeeper.provider;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A provider's list of what a grant opens, such as tenants, sites or companies, of which a connection has one.
 *
 * @param headers what the request carries besides the token; the values may have {@link Placeholders}
 * @param scheme what stands before the token, if not what does in other requests
 * @param list where the answer has the list; an object there is a list of one
 * @param where what the chosen one has to have at these places: a text, or what is told at a {@link Place}
 * @param prefer what it had better have, where nobody has named one
 */
public record AccountList(
        URI url,
        Map<String, String> headers,
        Optional<String> scheme,
        Optional<JsonPointer> list,
        Map<JsonPointer, String> where,
        Map<JsonPointer, String> prefer) {

    public AccountList {
        headers = Ordered.copyOf(headers);
        where = Map.copyOf(where);
        prefer = Map.copyOf(prefer);
    }

    /**
     * Those that fit, in the provider's order, but the preferred ones first.
     *
     * @param told what is told at a place, which a condition may name
     */
    List<JsonNode> fitting(JsonNode answer, Function<Place, Optional<String>> told) {
        return accounts(list.map(answer::at).orElse(answer))
                .filter(account -> where.entrySet().stream().allMatch(each -> isMet(each, account, told)))
                .sorted(Comparator.comparing(
                        account -> !prefer.entrySet().stream().allMatch(each -> isMet(each, account, told))))
                .toList();
    }

    private static boolean isMet(
            Map.Entry<JsonPointer, String> condition, JsonNode account, Function<Place, Optional<String>> told) {
        return account.at(condition.getKey()).asText().equals(wanted(condition.getValue(), told));
    }

    private static Stream<JsonNode> accounts(JsonNode list) {
        return list.isArray()
                ? StreamSupport.stream(list.spliterator(), false)
                : Stream.of(list).filter(JsonNode::isObject);
    }

    private static String wanted(String condition, Function<Place, Optional<String>> told) {
        return Place.isOne(condition) ? told.apply(Place.of(condition)).orElse("") : condition;
    }
}
