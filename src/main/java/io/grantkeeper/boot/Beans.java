package io.grantkeeper.boot;

import io.grantkeeper.replica.PostgresChannel;
import io.grantkeeper.replica.ReplicaId;
import io.grantkeeper.secret.Randomness;
import io.grantkeeper.secret.Sealer;
import io.grantkeeper.secret.Uuid7;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;

/** What nothing in the project takes from the air: time, chance and keys. */
final class Beans {

    /** The database's time, which all replicas share; the machine's until it was heard. */
    @Produces
    @ApplicationScoped
    InstantSource clock(PostgresChannel channel) {
        InstantSource machine = Clock.systemUTC();
        return () -> channel.lastTime().orElseGet(machine::instant);
    }

    /**
     * Made when the first bytes are asked for, behind the proxy of this scope: filters and mappers are made while a
     * native executable is built, and a generator that was seeded then would repeat itself in every process.
     */
    @Produces
    @ApplicationScoped
    Randomness randomness() {
        return systemRandomness();
    }

    @Produces
    @Singleton
    Uuid7 ids(InstantSource clock, Randomness randomness) {
        return new Uuid7(clock, randomness);
    }

    /** Drawn when somebody first asks, which nothing does that is made while an executable is built. */
    @Produces
    @Singleton
    ReplicaId self(Randomness randomness) {
        return ReplicaId.draw(randomness);
    }

    @Produces
    @Singleton
    Sealer sealer(KeyRingFile keyRing, Randomness randomness) {
        return new Sealer(keyRing::current, randomness);
    }

    static Randomness systemRandomness() {
        SecureRandom random = new SecureRandom();
        return count -> {
            byte[] bytes = new byte[count];
            random.nextBytes(bytes);
            return bytes;
        };
    }
}
