package io.grantkeeper.caller;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grantkeeper.testing.OperatorsService;
import io.grantkeeper.testing.TestUser;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients may do to the listener that the others must not feel. */
class ListenerIT {

    private static final int SLOW = 2_000;
    private static final int PATIENCE_MILLIS = 10_000;

    private final List<Socket> sockets = new ArrayList<>();
    private URI url;
    private TestUser user;

    @BeforeEach
    void aUser() {
        url = OperatorsService.get().process().url();
        user = OperatorsService.get().user();
    }

    @AfterEach
    void hangUp() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
    }

    @Test
    void A130_headersOf64KiBAreRefusedWhileTheyArrive() throws IOException {
        // When
        Socket socket =
                open("GET /api/apps HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nX-Long: " + "x".repeat(65_536));

        // Then
        assertThat(firstLine(socket)).contains(" 431 ");
    }

    @Test
    void A130_thousandsOfRequestsThatNeverEndKeepNobodyWaiting() throws IOException {
        // Given
        for (int i = 0; i < SLOW; i++) {
            String half = i % 2 == 0
                    ? "GET /api/apps HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nX-Slow: "
                    : "POST /api/agents HTTP/1.1\r\nHost: " + url.getAuthority()
                            + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
            assertThat(open(half).isConnected()).isTrue();
        }

        // When
        String connection = user.connect(OperatorsService.get().telling());

        // Then
        assertThat(user.agent("token")
                        .api()
                        .get("/api/apps/" + connection + "/token")
                        .status())
                .isEqualTo(200);
        assertThat(user.api().get("/api/agents").json().path("items")).hasSize(1);
    }

    private Socket open(String beginning) throws IOException {
        Socket socket = new Socket(url.getHost(), url.getPort());
        sockets.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(beginning.getBytes(US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes("HTTP/1.1 431 ".length()), US_ASCII);
    }
}
