package io.grantkeeper.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grantkeeper.caller.AccountId;
import io.grantkeeper.caller.Caller;
import io.grantkeeper.caller.CurrentCaller;
import io.grantkeeper.caller.User;
import io.grantkeeper.problem.Problem;
import io.grantkeeper.problem.ProblemCode;
import io.grantkeeper.provider.ClientRegistrations;
import io.grantkeeper.provider.TestSettings;
import io.grantkeeper.provider.YamlProviders;
import io.smallrye.mutiny.Uni;
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

    private Set<String> own = Set.of();

    @Test
    void theRegistryIsInTheOrderOfDisplayNames() throws Exception {
        // When
        RestResponse<byte[]> answer = list(resource(Map.of()), query(), headers());

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
        RestResponse<byte[]> answer = list(resource(SPOTIFY), query(), headers());

        // Then
        assertThat(listed(answer))
                .filteredOn(each -> each.path("configured").booleanValue())
                .extracting(each -> each.path("displayName").asText())
                .containsExactly("Spotify");
    }

    @Test
    void whatAnAccountHasAClientOfItsOwnForIsConfiguredForIt() throws Exception {
        // Given
        String before = list(resource(SPOTIFY), query(), headers()).getHeaderString("ETag");
        own = Set.of("github");

        // When
        RestResponse<byte[]> answer = list(resource(SPOTIFY), query(), headers(before));

        // Then
        assertThat(answer.getStatus()).isEqualTo(200);
        assertThat(listed(answer))
                .filteredOn(each -> each.path("configured").booleanValue())
                .extracting(each -> each.path("displayName").asText())
                .containsExactly("GitHub", "Spotify");
    }

    @Test
    void whoHasSeveralAccountsIsToldWhatAllOfThemHave() {
        // Given
        own = Set.of("github");
        ProvidersResource resource = resource(new InSeveral(), SPOTIFY);

        // When
        RestResponse<byte[]> answer = list(resource, query(), headers());

        // Then
        assertThat(answer.getHeaderString("ETag"))
                .isEqualTo(list(resource(SPOTIFY, Set.of()), query(), headers()).getHeaderString("ETag"));
    }

    @Test
    void whoHasItAtHandIsNotAnsweredItAgain() throws Exception {
        // Given
        String tag = list(resource(SPOTIFY), query(), headers()).getHeaderString("ETag");

        // When
        RestResponse<byte[]> answer = list(resource(SPOTIFY), query(), headers("\"other\"", tag));

        // Then
        assertThat(answer.getStatus()).isEqualTo(304);
        assertThat(answer.getEntity()).isNull();
        assertThat(answer.getHeaderString("ETag")).isEqualTo(tag);
        assertThat(answer.getHeaderString("Cache-Control")).isEqualTo("private, max-age=300");
    }

    @Test
    void itsTagChangesWithIt() throws Exception {
        // Given
        String before = list(resource(Map.of()), query(), headers()).getHeaderString("ETag");

        // When
        RestResponse<byte[]> answer = list(resource(SPOTIFY), query(), headers(before));

        // Then
        assertThat(answer.getStatus()).isEqualTo(200);
    }

    @Test
    void nobodyIsToldNothing() {
        // Given
        ProvidersResource resource = resource(new CurrentCaller(), Map.of());

        // Then
        assertThatThrownBy(() -> list(resource, query(), headers()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UNAUTHENTICATED));
    }

    @Test
    void aParameterThatItDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> list(resource(Map.of()), query("limit"), headers()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
    }

    private ProvidersResource resource(Map<String, String> environment) {
        return resource(new SignedIn(), environment);
    }

    private ProvidersResource resource(CurrentCaller caller, Map<String, String> environment) {
        Config settings = TestSettings.of(environment);
        return new ProvidersResource(
                caller,
                new Listing(new YamlProviders(settings), new ClientRegistrations(settings), new ObjectMapper()),
                account -> Uni.createFrom().item(own));
    }

    private ProvidersResource resource(Map<String, String> environment, Set<String> brought) {
        own = brought;
        return resource(environment);
    }

    private static RestResponse<byte[]> list(ProvidersResource resource, UriInfo uri, HttpHeaders headers) {
        return resource.list(uri, headers).await().indefinitely();
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

    private static final class InSeveral extends CurrentCaller {
        @Override
        public Caller require() {
            return new User("alice", Set.of(new AccountId("one"), new AccountId("other")), false);
        }
    }

    private static final class SignedIn extends CurrentCaller {
        @Override
        public Caller require() {
            return new User("alice", Set.of(), false);
        }
    }
}
