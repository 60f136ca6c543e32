-- Refresh tokens that were got elsewhere and are no connections yet. An import is written here before its provider is asked,
-- so that what the provider gives for the token is not lost with the process that asked; the row ends when the connection
-- begins, or when the provider refuses.
--
-- sealed_successor: what the provider replaced the token by, once it did. lease_*, intent_at, uncertain_since, failures and
-- retry_at are those of a credential; whatever is here and not leased is still to be finished.
create table pending_import (
    id                   uuid primary key,
    account_id           text not null,
    created_by           text not null,
    provider             text not null,
    scopes               text[] not null,
    client_id            text not null,
    sealed_client_secret bytea,
    sealed_refresh       bytea not null,
    sealed_successor     bytea,
    key_id               text not null,
    imported_fingerprint bytea not null unique,
    version              bigint not null default 1,
    lease_owner          text,
    lease_fence          bigint not null default 1,
    lease_until          timestamptz,
    lease_epoch          timestamptz,
    intent_at            timestamptz,
    uncertain_since      timestamptz,
    failures             integer not null default 0,
    retry_at             timestamptz,
    created_at           timestamptz not null default clock_timestamp()
);
