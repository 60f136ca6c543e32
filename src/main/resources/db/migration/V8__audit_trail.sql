-- What was done with whose connections, by whom. No token is here, only fingerprints that tell nothing without the key
-- ring. What was done several times in a moment is one row; at is the first time.
create table audit_event (
    id            uuid primary key,
    account_id    text not null,
    at            timestamptz not null,
    event         text not null,
    actor_kind    text not null check (actor_kind in ('user', 'agent', 'service')),
    actor_id      text not null,
    connection_id uuid,
    provider      text,
    agent_id      text,
    code          text,
    fingerprint   text,
    times         integer not null default 1
);

create index audit_event_listing on audit_event (account_id, id desc);
create index audit_event_of_connection on audit_event (account_id, connection_id, id desc);
create index audit_event_of_actor on audit_event (account_id, actor_id, id desc);
create index audit_event_of_agent on audit_event (account_id, agent_id, id desc) where agent_id is not null;
create index audit_event_of_kind on audit_event (account_id, event, id desc);
create index audit_event_age on audit_event using brin (at);

-- Append-only: nothing is changed, and nothing goes before its time, whoever asks.
create function keep_audit_event() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.at < now() - interval '1 day' then
        return old;
    end if;
    raise exception 'the audit trail is append-only';
end
$$;

create trigger audit_event_kept before update or delete on audit_event
    for each row execute function keep_audit_event();
create trigger audit_event_kept_whole before truncate on audit_event
    for each statement execute function keep_audit_event();
