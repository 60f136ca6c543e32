package io.grantkeeper.caller;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A registered agent in the database. It never leaves this package. */
@Entity
@Table(name = "agent")
@SuppressWarnings("NullAway.Init")
class AgentRow {

    @Id
    String id;

    @Column(name = "account_id")
    String accountId;

    String name;

    @Convert(converter = AgentModeColumn.class)
    AgentMode mode;

    @Nullable String cluster;

    @Nullable String namespace;

    @Column(name = "service_account")
    @Nullable String serviceAccount;

    /** Of the first pod that proved itself. */
    @Column(name = "service_account_uid")
    @Nullable String serviceAccountUid;

    @Column(name = "public_key")
    byte @Nullable [] publicKey;

    /** The key of the ring that both secrets are sealed with. */
    @Column(name = "key_id")
    @Nullable String keyId;

    @Column(name = "sealed_secret")
    byte @Nullable [] sealedSecret;

    @Column(name = "sealed_previous")
    byte @Nullable [] sealedPrevious;

    @Column(name = "previous_until")
    @Nullable Instant previousUntil;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "created_by")
    String createdBy;

    Agent agent() {
        return new Agent(new AgentId(id), new AccountId(accountId), name, mode);
    }

    void runAs(KubernetesIdentity identity) {
        cluster = identity.cluster();
        namespace = identity.namespace();
        serviceAccount = identity.serviceAccount();
    }

    Optional<KubernetesIdentity> runsAs() {
        return Optional.ofNullable(cluster).map(any -> new KubernetesIdentity(cluster, namespace, serviceAccount));
    }
}
