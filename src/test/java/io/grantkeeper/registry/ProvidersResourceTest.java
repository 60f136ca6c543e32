package io.grantkeeper.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.caller.Caller;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.User;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.TestSettings;
import io.grantkeeper.provider.YamlProviders;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.jboss.resteasy.reactive.RestResponse;
import org.junit.jupiter.api.Test;

class ProvidersResourceTest {

    private static final Map<String, String> SPOTIFY =
            Map.of("GRANTKEEPER_SPOTIFY_CLIENT_ID", "id", "GRANTKEEPER_SPOTIFY_CLIENT_SECRET", "hush");

    @Test
    void theRegistryIsInTheOrderOfDisplayNames() throws Exception {
        // When
        RestResponse<byte[]> answer = resource(Map.of()).list(query(), headers());

        // Then
        assertThat(listed(answer))
                .extracting(each -> each.path("displayName").asText())
                .containsSubsequence("GitHub", "Google Workspace", "Spotify", "Twitch");
        assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("private, max-age=300");
        assertThat(answer.getHeaderString("ETag")).startsWith("\"");
    }

    @Test
    void itTellsWhatIsConfigured() throws Exception {
        // When
        RestResponse<byte[]> answer = resource(SPOTIFY).list(query(), headers());

        // Then
        assertThat(listed(answer))
                .filteredOn(each -> each.path("configured").booleanValue())
                .extracting(each -> each.path("displayName").asText())
                .containsExactly("Spotify");
    }

    @Test
    void whoHasItAtHandIsNotAnsweredItAgain() throws Exception {
        // Given
        String tag = resource(SPOTIFY).list(query(), headers()).getHeaderString("ETag");

        // When
        RestResponse<byte[]> answer = resource(SPOTIFY).list(query(), headers("\"other\"", tag));

        // Then
        assertThat(answer.getStatus()).isEqualTo(304);
        assertThat(answer.getEntity()).isNull();
        assertThat(answer.getHeaderString("ETag")).isEqualTo(tag);
        assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("private, max-age=300");
    }

    @Test
    void itsTagChangesWithIt() throws Exception {
        // Given
        String before = resource(Map.of()).list(query(), headers()).getHeaderString("ETag");

        // When
        RestResponse<byte[]> answer = resource(SPOTIFY).list(query(), headers(before));

        // Then
        assertThat(answer.getStatus()).isEqualTo(200);
    }

    @Test
    void nobodyIsToldNothing() {
        // Given
        ProvidersResource resource = resource(new CurrentCaller(), Map.of());

        // Then
        assertThatThrownBy(() -> resource.list(query(), headers()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UNAUTHENTICATED));
    }

    @Test
    void aParameterThatItDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> resource(Map.of()).list(query("limit"), headers()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
    }

    private static ProvidersResource resource(Map<String, String> environment) {
        return resource(new SignedIn(), environment);
    }

    private static ProvidersResource resource(CurrentCaller caller, Map<String, String> environment) {
        Config settings = TestSettings.of(environment);
        return new ProvidersResource(
                caller,
                new Listing(new YamlProviders(settings), new ClientRegistrations(settings), new ObjectMapper()));
    }

    private static List<JsonNode> listed(RestResponse<byte[]> answer) throws IOException {
        return new ObjectMapper().readTree(answer.getEntity()).valueStream().toList();
    }

    private static UriInfo query(String... names) {
        MultivaluedHashMap<String, String> parameters = new MultivaluedHashMap<>();
        for (String name : names) {
            parameters.add(name, "x");
        }
        return answering(UriInfo.class, parameters);
    }

    private static HttpHeaders headers(String... ifNoneMatch) {
        return answering(HttpHeaders.class, List.of(ifNoneMatch));
    }

    /** Stands for a part of a request of which one method is called. */
    private static <T> T answering(Class<T> part, Object answer) {
        return part.cast(Proxy.newProxyInstance(
                part.getClassLoader(), new Class<?>[] {part}, (proxy, method, arguments) -> answer));
    }

    private static final class SignedIn extends CurrentCaller {
        @Override
        public Caller require() {
            return new User("alice", Set.of(), false);
        }
    }
}
