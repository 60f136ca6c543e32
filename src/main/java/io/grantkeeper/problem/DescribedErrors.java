package io.grantkeeper.problem;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/** Puts into the OpenAPI document what every operation has: the form of its errors. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class DescribedErrors implements OASFilter {

    private static final String NAME = "Error";

    @Override
    public void filterOpenAPI(OpenAPI api) {
        if (api.getComponents() == null) {
            api.setComponents(OASFactory.createComponents());
        }
        api.getComponents().addSchema(NAME, schema());
        api.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .forEach(DescribedErrors::describe);
    }

    private static void describe(Operation operation) {
        operation
                .getResponses()
                .setDefaultValue(OASFactory.createAPIResponse()
                        .description("Any failure; who must act is in action")
                        .content(OASFactory.createContent()
                                .addMediaType(
                                        "application/json",
                                        OASFactory.createMediaType()
                                                .schema(OASFactory.createSchema()
                                                        .ref("#/components/schemas/" + NAME)))));
    }

    /** Further fields depend on the code: {@code authorizeUrl}, {@code missing}, {@code serverTime} and others. */
    private static Schema schema() {
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("The form of RFC 6749 §5.2 with who must act, and fields that depend on the code")
                .addProperty("error", codes())
                .addProperty("error_description", text("One sentence for a person; it may change"))
                .addProperty("action", actions())
                .addProperty("requestId", text("What the operator's log has, where it was logged"))
                .required(List.of("error", "error_description", "action", "requestId"));
    }

    private static Schema codes() {
        return text("Stable")
                .enumeration(Arrays.<Object>asList(Arrays.stream(ProblemCode.values())
                        .map(ProblemCode::wireName)
                        .toArray()));
    }

    private static Schema actions() {
        return text("Who must act")
                .enumeration(Arrays.<Object>asList(
                        Arrays.stream(Action.values()).map(Action::wireName).toArray()));
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(SchemaType.STRING).description(description);
    }
}
