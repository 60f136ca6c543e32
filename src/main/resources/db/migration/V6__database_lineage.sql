-- Which database was last written to: the cluster, and the timeline that PostgreSQL gives to what follows a restore or a
-- failover. One that differs from it may lack what was committed here. synchronous: whether a standby had each commit
-- before it was acknowledged; seen_at: when a replica last found all this to be so.
create table database_lineage (
    one               boolean primary key default true check (one),
    system_identifier bigint not null,
    timeline          integer not null,
    synchronous       boolean not null,
    seen_at           timestamptz not null default clock_timestamp()
);

-- The same of the database as it is. The name of a segment of the log begins with the timeline, and is right from the
-- moment of a promotion; what the last checkpoint says is not.
create view present_lineage as
    select system_identifier,
        ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer as timeline,
        current_setting('synchronous_standby_names') <> ''
            and current_setting('synchronous_commit') in ('on', 'remote_apply') as synchronous
    from pg_control_system();

-- A notice that PostgreSQL's queue has no room for fails the transaction that sends it, and the queue is everybody's: any
-- session of the server that listens and stays in a transaction has it fill up. So a notice gives way before that, and
-- leaves a row, which replicas find with their next sign: nothing that they remember counts then.
create table missed_notice (
    id        bigint generated always as identity primary key,
    missed_at timestamptz not null default clock_timestamp()
);

create function tell_replicas(notice text) returns void language plpgsql as $$
begin
    if pg_notification_queue_usage() < 0.9 then
        perform pg_notify('grantkeeper', notice);
    else
        insert into missed_notice default values;
    end if;
end
$$;

create or replace function tell_connection_changed() returns trigger language plpgsql as $$
begin
    perform tell_replicas('changed ' || old.id);
    return null;
end
$$;
