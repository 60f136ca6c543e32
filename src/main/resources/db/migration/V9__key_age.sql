-- Which key became the primary when, so that a replica which has not heard of a new primary yet does not seal back what another has
-- sealed anew; and how often each has sealed, for AES-GCM bears only so many under one key (NIST SP 800-38D §8.3).
alter table key_check
    add column created_at timestamptz not null default clock_timestamp(),
    add column promoted_at timestamptz,
    add column seals bigint not null default 0;

create index credential_key on credential (key_id, connection_id);
