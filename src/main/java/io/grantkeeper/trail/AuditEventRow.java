package io.grantkeeper.trail;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An entry in the database, for what is changed through Hibernate. It never leaves this package. */
@Entity
@Table(name = "audit_event")
@SuppressWarnings("NullAway.Init")
class AuditEventRow {

    @Id
    UUID id;

    @Column(name = "account_id")
    String account;

    Instant at;

    String event;

    @Column(name = "actor_kind")
    String actorKind;

    @Column(name = "actor_id")
    String actorId;

    @Column(name = "connection_id")
    @Nullable UUID connection;

    @Nullable String provider;

    @Column(name = "agent_id")
    @Nullable String agent;

    @Nullable String code;

    @Nullable String fingerprint;

    int times;

    static AuditEventRow of(UUID id, Entry entry, Instant at) {
        AuditEventRow row = new AuditEventRow();
        row.id = id;
        row.account = entry.account();
        row.at = at;
        row.event = entry.event().wireName();
        row.actorKind = entry.actor().kind().wireName();
        row.actorId = entry.actor().id();
        row.connection = entry.connection().orElse(null);
        row.provider = entry.provider().orElse(null);
        row.agent = entry.agent().orElse(null);
        row.code = entry.code().orElse(null);
        row.fingerprint = entry.fingerprint().orElse(null);
        row.times = 1;
        return row;
    }
}
