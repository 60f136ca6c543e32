-- Who granted what at which provider. No token is here: a label or a counter must never move a credential's version.
create table connection (
    id                    uuid primary key,
    account_id            text not null,
    created_by            text not null,
    provider              text not null,
    issuer                text not null default '',
    provider_subject      text not null default '',
    provider_account_id   text,
    provider_account_name text,
    grant_type            text not null check (grant_type in ('authorization_code', 'client_credentials')),
    granted_scopes        text[] not null,
    status                text not null default 'active' check (status in ('active', 'error')),
    error_code            text,
    error_at              timestamptz,
    access                text not null default 'account' check (access in ('account', 'agents')),
    agent_ids             text[] not null default '{}',
    fields                jsonb not null default '{}',
    created_at            timestamptz not null default clock_timestamp(),
    updated_at            timestamptz not null default clock_timestamp(),
    check ((status = 'error') = (error_code is not null and error_at is not null)),
    check ((access = 'agents') = (cardinality(agent_ids) > 0))
);

-- The same subject on the same account is updated, not doubled; one restricted to agents stands beside it. Where the
-- provider does not tell its subjects nothing is taken for the same, or one grant would overwrite another.
create unique index connection_identity
    on connection (account_id, provider, issuer, provider_subject, grant_type, agent_ids)
    where provider_subject <> '';
create index connection_listing on connection (account_id, id);

-- The tokens, sealed. Only connect, import, refresh, re-seal and delete write here, each by compare-and-set on version.
create table credential (
    connection_id        uuid primary key references connection (id) on delete cascade,
    version              bigint not null default 1,
    token_type           text not null,
    sealed_access        bytea not null,
    access_obtained_at   timestamptz not null,
    access_expires_at    timestamptz,
    refreshed_at         timestamptz,
    sealed_refresh       bytea,
    sealed_previous      bytea,
    refresh_fingerprint  bytea,
    previous_fingerprint bytea,
    imported_fingerprint bytea,
    key_id               text not null,
    client_id            text not null,
    sealed_client_secret bytea,
    lease_owner          text,
    lease_fence          bigint not null default 0,
    lease_until          timestamptz,
    lease_epoch          timestamptz,
    intent_at            timestamptz
);

create index credential_refresh_fingerprint on credential (refresh_fingerprint);
create index credential_previous_fingerprint on credential (previous_fingerprint);
-- What an import brought. The refresh that proves it may replace the token, and a provider that detects reuse would end
-- the whole grant if somebody imported it once more; so it is known for as long as the connection lives.
create index credential_imported_fingerprint on credential (imported_fingerprint);
create index credential_open_intent on credential (intent_at) where intent_at is not null;

-- When a connection was last used, by a write that nothing waits for.
create table connection_use (
    connection_id uuid primary key references connection (id) on delete cascade,
    last_used_at  timestamptz not null
);

-- Our half of a running authorization flow. States, tickets and browser bindings are known by their digests alone.
create table authorization_attempt (
    id                uuid primary key,
    status            text not null
        check (status in ('offered', 'started', 'exchanging', 'connected', 'denied', 'failed')),
    account_id        text not null,
    requested_by      text not null,
    requested_kind    text not null check (requested_kind in ('user', 'agent')),
    user_id           text,
    agent_id          text,
    provider          text not null,
    scopes            text[] not null,
    reauthorizes      uuid,
    return_to         text,
    ticket_hash       bytea unique,
    ticket_expires_at timestamptz,
    state_hash        bytea unique,
    browser_hash      bytea,
    sealed_verifier   bytea,
    client_id         text,
    redirect_uri      text,
    connection_id     uuid,
    created_at        timestamptz not null default clock_timestamp(),
    expires_at        timestamptz not null
);

create index authorization_attempt_expiry on authorization_attempt (expires_at);

-- Tokens of removed connections that their provider has yet to hear of.
create table revocation_outbox (
    id            uuid primary key,
    account_id    text not null,
    provider      text not null,
    sealed_token  bytea not null,
    token_kind    text not null check (token_kind in ('access_token', 'refresh_token')),
    client_id     text not null,
    sealed_secret bytea,
    attempts      integer not null default 0,
    next_at       timestamptz not null default clock_timestamp(),
    give_up_at    timestamptz not null default clock_timestamp() + interval '24 hours'
);

create index revocation_outbox_due on revocation_outbox (next_at);

-- One sealed constant a key: a ring whose key does not open its row belongs to another database.
create table key_check (
    key_id text primary key,
    sealed bytea not null
);
