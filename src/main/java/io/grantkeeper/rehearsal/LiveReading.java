package io.grantkeeper.rehearsal;

import io.grantkeeper.provider.Provider;
import io.grantkeeper.provider.PublicMetadata;
import io.grantkeeper.provider.PublicMetadata.Finding;
import io.grantkeeper.rehearsal.Result.Failed;
import io.grantkeeper.rehearsal.Result.Passed;
import io.grantkeeper.rehearsal.Result.Remarked;
import io.grantkeeper.rehearsal.Result.Skipped;
import io.grantkeeper.rehearsal.Result.Unreachable;
import java.util.ArrayList;
import java.util.List;

/** Reads what an entry's issuer publishes, if it has one, and compares. */
record LiveReading(PublicMetadata metadata, Awaiting awaiting) {

    private static final String NAME = "metadata";

    List<Step> of(EntryText entry, Provider provider) {
        if (provider.endpoints().issuer().isEmpty()) {
            return List.of(new Step(NAME, new Skipped("no issuer in the entry: there is nothing public to read")));
        }
        return switch (awaiting.await(metadata.find(provider))) {
            case Finding.Document document -> compared(entry, document);
            case Finding.Nothing(String reason) -> List.of(new Step(NAME, unpublished(entry, reason)));
            case Finding.Forbidden(String reason) ->
                List.of(new Step(NAME, new Failed("call refused by the service's guards", "a public address", reason)));
            case Finding.Away(String reason) -> List.of(new Step(NAME, new Unreachable(reason)));
        };
    }

    private static List<Step> compared(EntryText entry, Finding.Document document) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(NAME, new Passed(document.address().toString())));
        steps.addAll(LiveComparison.of(entry, document.tree()));
        document.objection()
                .filter(objection -> entry.leansOnItsIssuer())
                .ifPresent(objection -> steps.add(
                        new Step("endpoints", new Failed("the document is not taken", "endpoints", objection))));
        return steps;
    }

    /** Who states the endpoints in the entry can do without. */
    private static Result unpublished(EntryText entry, String reason) {
        return entry.leansOnItsIssuer()
                ? new Failed("the entry leaves to its issuer what is not published", "a document", reason)
                : new Remarked("nothing to compare with: " + reason);
    }
}
