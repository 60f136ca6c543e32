-- Who signs requests. An agent proves itself by a secret, sealed here, by a public key or by its pods' service account.
create table agent (
    id              text primary key,
    account_id      text not null,
    name            text not null,
    mode            text not null check (mode in ('token', 'proxy')),
    cluster         text,
    namespace       text,
    service_account text,
    public_key      bytea,
    key_id          text,
    sealed_secret   bytea,
    sealed_previous bytea,
    previous_until  timestamptz,
    created_at      timestamptz not null,
    created_by      text not null,
    check (num_nonnulls(cluster, public_key, sealed_secret) = 1),
    check (num_nonnulls(cluster, namespace, service_account) in (0, 3)),
    check (num_nonnulls(sealed_secret, key_id) in (0, 2)),
    check (num_nonnulls(sealed_previous, previous_until) in (0, 2))
);

create index agent_listing on agent (account_id, id);

-- A service account is one agent, in whatever account.
create unique index agent_service_account on agent (cluster, namespace, service_account);

-- The nonces of signed requests that may have changed something: whichever replica is first takes the request.
create table nonce (
    key_id     text not null,
    nonce      text not null,
    expires_at timestamptz not null,
    primary key (key_id, nonce)
);

create index nonce_expiry on nonce (expires_at);
