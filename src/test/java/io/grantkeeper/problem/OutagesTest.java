package io.grantkeeper.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.EOFException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutagesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000",
                "08003",
                "08006",
                "08P01", // connection
                "53100",
                "53200",
                "53300", // disk, memory, too many connections
                "57014",
                "57P01",
                "57P02",
                "57P03", // cancelled, shut down, crashed, starting
                "58000",
                "58030", // the system, its disk
                "25006",
                "55P03",
                "40001",
                "40P01" // a standby, a lock, a serialization failure, a deadlock
            })
    void aDatabaseThatCannotAnswerIsAway(String state) {
        assertThat(Outages.isOne(refused(state))).isTrue();
        assertThat(Outages.isOne(new IllegalStateException(refused(state)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"42P01", "42601", "23505", "22021", "22P02", "28P01", "XX000", "P0001", "0A000", "08", "5", ""})
    void aDatabaseThatDislikesAStatementIsThere(String state) {
        assertThat(Outages.isOne(refused(state))).isFalse();
    }

    @Test
    void aRefusalWithoutAStateIsABug() {
        assertThat(Outages.isOne(refused(null))).isFalse();
    }

    @ParameterizedTest
    @MethodSource("brokenConnections")
    void aBrokenConnectionIsAnOutage(Throwable failure) {
        assertThat(Outages.isOne(failure)).isTrue();
        assertThat(Outages.isOne(new IllegalStateException("wrapped", failure))).isTrue();
    }

    static Stream<Throwable> brokenConnections() {
        return Stream.of(
                new ConnectException("refused"),
                new EOFException(),
                new TimeoutException(),
                ClosedConnectionException.INSTANCE,
                // What the pool says when no connection became free in time.
                new NoStackTraceThrowable("Timeout"),
                // What it says when the connection that became free had just been closed.
                new NoStackTraceThrowable("Connection is not active now, current status: CLOSED"),
                new VertxException("Timeout waiting for connection", true));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void aBugIsNoOutage(Throwable failure) {
        assertThat(Outages.isOne(failure)).isFalse();
    }

    static Stream<Throwable> bugs() {
        return Stream.of(
                new NullPointerException(),
                new NoStackTraceThrowable("Something else"),
                new IllegalStateException("away"),
                new RuntimeException("wrapped", new IllegalArgumentException()),
                new StackOverflowError());
    }

    private static PgException refused(String state) {
        return new PgException("canary", "ERROR", state, "detail");
    }
}
