package io.grantkeeper.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grantkeeper.boot.ChaosPostgres;
import io.grantkeeper.chaos.Replicas.Connected;
import io.grantkeeper.chaos.Replicas.Replica;
import io.grantkeeper.testing.Answer;
import io.grantkeeper.testing.Problems;
import io.grantkeeper.testing.ProviderLog.Refresh;
import io.grantkeeper.testing.Relay;
import io.grantkeeper.testing.Rotation;
import io.grantkeeper.testing.ScriptedProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is not the one that was last written to (rows F27, F28). */
@Tag("chaos")
class LineageIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String CONFIRMED = "GRANTKEEPER_DATABASE_CONFIRMED";

    private static ScriptedProvider strict;
    private static ScriptedProvider forgiving;
    private static ScriptedProvider steady;
    private static ChaosPostgres primary;

    @TempDir
    private Path copyFolder;

    private Relay toPrimary;
    private ChaosPostgres copy;
    private Replicas replicas;
    private Replica a;
    private Replica b;

    @BeforeAll
    static void aPrimary() {
        strict = ScriptedProvider.telling("strict", Rotation.strict());
        forgiving = ScriptedProvider.telling("forgiving", Rotation.forgiving(Duration.ofSeconds(30)));
        steady = ScriptedProvider.telling("steady", Rotation.none());
        primary = ChaosPostgres.in(Path.of("target", "chaos-lineage"));
    }

    @AfterAll
    static void noPrimary() {
        primary.close();
        List.of(strict, forgiving, steady).forEach(ScriptedProvider::close);
    }

    @BeforeEach
    void itRuns() {
        if (!primary.isRunning()) {
            primary.start();
        }
        primary.execute("alter system reset synchronous_standby_names");
        primary.execute("select pg_reload_conf()");
        List.of(strict, forgiving, steady).forEach(ScriptedProvider::reset);
        toPrimary = Relay.to(primary.host(), primary.port());
    }

    @AfterEach
    void nothingIsLeft() {
        if (replicas != null) {
            replicas.close();
        }
        if (copy != null) {
            copy.close();
        }
        toPrimary.close();
    }

    @Test
    void F27_aStandbyThatLostTheLastCommitsIsHeldUntilItIsConfirmed() {
        // Given
        standby();
        twoReplicas();
        Connected lost = replicas.connect(strict);
        Connected kept = replicas.connect(strict);
        Connected graced = replicas.connect(forgiving);
        Connected rotatesNot = replicas.connect(steady);
        Connected valid = replicas.connect(strict);
        replicas.expire(lost);
        awaitCopied();
        toPrimary.cut();
        assertThat(token(a, lost).status()).isEqualTo(200);

        // When
        failOver();
        replicas.expire(lost, kept, graced, rotatesNot);

        // Then
        for (Replica each : replicas.all()) {
            awaitHeld(each, lost);
            awaitHeld(each, kept);
            awaitHeld(each, graced);
            assertThat(token(each, valid).status()).isEqualTo(200);
            await().atMost(SOON).until(each::isReady);
            assertThat(each.metric("grantkeeper_database_unconfirmed")).isEqualTo(1);
        }
        awaitToken(a, rotatesNot);
        assertThat(refreshes(lost)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(refreshes(kept)).isEmpty();
        assertThat(refreshes(graced)).isEmpty();
        assertUntouched(lost, kept, graced);

        // When
        confirmAt(a, lineage());

        // Then
        awaitToken(b, kept);
        awaitToken(a, graced);
        assertThat(b.metric("grantkeeper_database_unconfirmed")).isZero();
        assertThat(b.process().output()).contains("database confirmed elsewhere");
    }

    @Test
    void F27_aStandbyThatHadEveryCommitTakesOverAtOnce() {
        // Given
        standby();
        primary.execute("alter system set synchronous_standby_names = '*'");
        primary.execute("select pg_reload_conf()");
        twoReplicas();
        Connected connection = replicas.connect(strict);
        replicas.expire(connection);
        assertThat(token(a, connection).status()).isEqualTo(200);
        await().atMost(SOON)
                .until(() -> replicas.at(copy)
                        .ask("select synchronous::text from database_lineage")
                        .contains("true"));

        // When
        failOver();
        replicas.expire(connection);

        // Then
        awaitToken(a, connection);
        assertThat(refreshes(connection)).extracting(Refresh::outcome).containsExactly("granted", "granted");
        assertThat(refreshes(connection)).noneMatch(Refresh::reused);
        assertThat(a.metric("grantkeeper_database_unconfirmed")).isZero();
        assertThat(a.process().output() + b.process().output()).contains("database failed over");
    }

    @Test
    void F28_aRestoredBackupIsHeldUntilItIsConfirmed() {
        // Given
        twoReplicas();
        Connected stale = replicas.connect(strict);
        Connected kept = replicas.connect(strict);
        Connected rotatesNot = replicas.connect(steady);
        replicas.expire(stale);
        primary.backUp(copyFolder);
        awaitToken(a, stale);

        // When
        replicas.all().forEach(Replica::terminate);
        primary.stopImmediately();
        copy = primary.restored(copyFolder);
        replicas.moveTo(copy);
        replicas.expire(kept, rotatesNot);
        a.set(CONFIRMED, lineage().replace("/2", "/1"));
        replicas.all().forEach(Replica::start);

        // Then
        for (Replica each : replicas.all()) {
            awaitHeld(each, stale);
            awaitHeld(each, kept);
            assertThat(each.process().output()).contains("set=" + CONFIRMED + "=" + lineage());
        }
        awaitToken(b, rotatesNot);
        assertThat(refreshes(stale)).extracting(Refresh::outcome).containsExactly("granted");
        assertThat(refreshes(kept)).isEmpty();
        assertUntouched(stale, kept);

        // When
        confirmAt(a, lineage());

        // Then
        awaitToken(b, kept);
        assertThat(token(b, stale).status()).isEqualTo(410);
        assertThat(refreshes(stale))
                .last()
                .matches(Refresh::revoked, "ended the grant, of which the operator was warned");
    }

    private void standby() {
        primary.backUp(copyFolder);
        copy = primary.standby(copyFolder, toPrimary);
    }

    private void twoReplicas() {
        replicas = Replicas.start(
                primary,
                List.of(strict, forgiving, steady),
                2,
                Map.of("GRANTKEEPER_REFRESH_CALLER_DEADLINE", "2s", "GRANTKEEPER_REFRESH_ANSWER_DEADLINE", "4s"));
        a = replicas.get(0);
        b = replicas.get(1);
    }

    private void awaitCopied() {
        String written = primary.ask("select pg_current_wal_lsn()");
        await().atMost(SOON)
                .until(() -> copy.ask("select pg_last_wal_replay_lsn() >= '" + written + "'::pg_lsn")
                        .equals("t"));
    }

    private void failOver() {
        primary.stopImmediately();
        copy.promote();
        replicas.moveTo(copy);
    }

    /** As the operator finds it in the log, and as PostgreSQL has it. */
    private String lineage() {
        return copy.ask("select system_identifier || '/2' from pg_control_system()");
    }

    private static void confirmAt(Replica replica, String lineage) {
        replica.terminate();
        replica.set(CONFIRMED, lineage);
        replica.start();
    }

    private static Answer token(Replica replica, Connected connection) {
        return replica.agent().get("/api/apps/" + connection.id() + "/token");
    }

    private static void awaitHeld(Replica replica, Connected connection) {
        await().atMost(SOON)
                .until(() -> token(replica, connection).text("action").equals("contact_operator"));
        Problems.assertProblem(token(replica, connection), 503, "refresh_unavailable", "contact_operator");
    }

    private static void awaitToken(Replica replica, Connected connection) {
        await().atMost(SOON).until(() -> token(replica, connection).status() == 200);
    }

    /** Without the one that imported it. */
    private static List<Refresh> refreshes(Connected connection) {
        return connection.provider().log().refreshesOf(connection.subject()).stream()
                .skip(1)
                .toList();
    }

    private void assertUntouched(Connected... connections) {
        for (Connected each : connections) {
            assertThat(replicas.status(each)).isEqualTo("active");
            assertThat(replicas.version(each)).isEqualTo(1);
            assertThat(replicas.database()
                            .ask(
                                    "select (intent_at is null and failure is null)::text from credential"
                                            + " where connection_id = ?::uuid",
                                    each.id()))
                    .containsExactly("true");
        }
    }
}
