-- Which clients are kept from their provider, for all replicas together: when one of them may probe next. No row: nobody
-- knows of a trouble. since is where an incident began, from where wrong deaths are reverted when it ends.
create table provider_outage (
    provider  text not null,
    client_id text not null,
    cause     text not null check (cause in ('outage', 'misconfigured', 'incident')),
    since     timestamptz not null,
    probe_at  timestamptz not null,
    primary key (provider, client_id)
);

-- How many connections of a provider died lately is asked whenever one more is about to.
create index connection_died on connection (provider, error_at) where status = 'error';
