-- The clients that grants were given to: the operator's of whatever time (account_id ''), and those that accounts brought for themselves.
-- What is new on an account is begun with its present one. A row goes when nothing needs it any more.
--
-- used_at: when it was last remembered, brought or put away; it stays for a while after that, whatever is connected.
create table client (
    account_id    text not null,
    provider      text not null,
    client_id     text not null,
    sealed_secret bytea,
    key_id        text,
    present       boolean not null default false,
    created_at    timestamptz not null default clock_timestamp(),
    used_at       timestamptz not null default clock_timestamp(),
    primary key (account_id, provider, client_id),
    check ((sealed_secret is null) = (key_id is null)),
    check (account_id <> '' or not present)
);

create unique index client_present on client (account_id, provider) where present;
create index client_key on client (key_id);
