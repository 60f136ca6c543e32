package io.grantkeeper.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network that lies, between a client and a server that sends everything back. */
class RelayTest {

    private ServerSocket server;
    private Relay relay;

    @BeforeEach
    void anEcho() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    Thread.ofVirtual().start(() -> echo(client));
                } catch (IOException closed) {
                    // The test is over.
                }
            }
        });
        relay = Relay.to("127.0.0.1", server.getLocalPort());
    }

    @AfterEach
    void end() throws IOException {
        relay.close();
        server.close();
    }

    @Test
    void whatIsSentArrivesAndIsAnswered() throws IOException {
        try (Socket client = client()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void aCutResetsConnectionsAndRefusesNewOnesUntilItPassesAgain() throws IOException {
        try (Socket client = client()) {
            // Given
            exchange(client, "hello");

            // When
            relay.cut();

            // Then
            assertThatThrownBy(() -> exchange(client, "again")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> {
                        try (Socket next = client()) {
                            exchange(next, "hello");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        relay.pass();
        try (Socket client = client()) {
            assertThat(exchange(client, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void aStalledConnectionIsOpenAndSilent() throws IOException {
        try (Socket client = client()) {
            // Given
            exchange(client, "hello");

            // When
            relay.stall();

            // Then
            client.setSoTimeout(200);
            assertThatThrownBy(() -> exchange(client, "again")).isInstanceOf(SocketTimeoutException.class);
            relay.pass();
            assertThatThrownBy(() -> exchange(client, "again")).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aStatementIsSeenBeforeItIsPassedOnAndItsAnswerCanBeLost() throws IOException {
        // Given
        List<String> seen = new java.util.ArrayList<>();
        relay.watch((statement, link) -> {
            seen.add(statement);
            link.loseAnswer(() -> seen.add("answered"));
        });
        try (Socket client = client()) {

            // When
            client.getOutputStream().write(startup());
            client.getOutputStream().write(query("update credential"));

            // Then
            client.setSoTimeout(5_000);
            assertThatThrownBy(() -> drain(client)).isInstanceOf(SocketException.class);
            assertThat(seen).containsExactly("update credential", "answered");
        }
    }

    @Test
    void aPreparedStatementIsSeenEachTimeThatItIsBoundAndInPiecesToo() throws IOException {
        // Given
        PostgresStatements statements = new PostgresStatements();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(startup());
        all.writeBytes(message('P', "s1\0select 1\0\0\0"));
        all.writeBytes(message('B', "\0s1\0\0\0"));
        all.writeBytes(message('B', "\0s1\0\0\0"));
        all.writeBytes(query("select 2"));

        // When
        List<String> seen = new java.util.ArrayList<>();
        for (byte one : all.toByteArray()) {
            seen.addAll(statements.read(new byte[] {one}));
        }

        // Then
        assertThat(seen).containsExactly("select 1", "select 1", "select 2");
        assertThat(statements.hasSeen("select 1")).isTrue();
        assertThat(statements.hasSeen("select 3")).isFalse();
    }

    @Test
    void whatIsNotPostgresIsPassedAllTheSame() throws IOException {
        // Given
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        relay.watch((statement, link) -> seen.add(statement));

        // When
        try (Socket client = client()) {
            assertThat(exchange(client, "GET / HTTP/1.1")).isEqualTo("GET / HTTP/1.1");
        }

        // Then
        assertThat(seen).isEmpty();
    }

    private Socket client() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), relay.port());
    }

    private static String exchange(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(US_ASCII));
        byte[] answer = client.getInputStream().readNBytes(text.length());
        if (answer.length < text.length()) {
            throw new SocketException("closed");
        }
        return new String(answer, US_ASCII);
    }

    private static void drain(Socket client) throws IOException {
        byte[] nothing = client.getInputStream().readAllBytes();
        throw new SocketException("closed after " + nothing.length);
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException gone) {
            // The test's doing.
        }
    }

    private static byte[] startup() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(8);
        out.writeInt(3 << 16);
        return bytes.toByteArray();
    }

    private static byte[] query(String statement) throws IOException {
        return message('Q', statement + "\0");
    }

    private static byte[] message(char type, String body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(type);
        out.writeInt(4 + body.length());
        out.write(body.getBytes(US_ASCII));
        return bytes.toByteArray();
    }
}
