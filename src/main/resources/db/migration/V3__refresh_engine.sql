-- What is known of the refresh of a credential besides the lease.
--
-- uncertain_since: since when nobody knows whether the provider honoured the stored refresh token: an answer was lost,
-- or a holder died with its intent open. The next refusal then means that the rotation was lost, not that the user
-- revoked.
-- failure, failures, retry_at: how the last refresh failed, how many did in a row, and when it may be tried again.
-- suspects, suspect_since: refusals that nobody knows, in a row.
-- keep_alive_at: when a refresh token of a provider that lets idle ones die has to be used.
alter table credential
    add column uncertain_since timestamptz,
    add column failure text,
    add column failures integer not null default 0,
    add column retry_at timestamptz,
    add column suspects integer not null default 0,
    add column suspect_since timestamptz,
    add column keep_alive_at timestamptz;

create index credential_uncertain on credential (uncertain_since) where uncertain_since is not null;
create index credential_keep_alive on credential (keep_alive_at) where keep_alive_at is not null;

-- When the token of a connection that somebody uses is to be renewed, before anybody has to wait for it.
alter table connection_use add column renew_at timestamptz;
create index connection_use_renewal on connection_use (renew_at) where renew_at is not null;

-- Agents ask by the provider's name.
create index connection_by_provider on connection (account_id, provider, id);

-- Replicas remember tokens. Whatever makes that memory wrong is told to all of them in the transaction that does it, so
-- that no death of a process between the two leaves them believing.
create function tell_connection_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('grantkeeper', 'changed ' || old.id);
    return null;
end
$$;

create trigger connection_deleted after delete on connection
    for each row execute function tell_connection_changed();
create trigger connection_changed after update on connection
    for each row when (
        (old.status, old.access, old.agent_ids, old.granted_scopes, old.provider_subject, old.provider_account_id,
            old.provider_account_name)
        is distinct from
        (new.status, new.access, new.agent_ids, new.granted_scopes, new.provider_subject, new.provider_account_id,
            new.provider_account_name))
    execute function tell_connection_changed();
