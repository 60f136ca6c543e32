-- What is particular to one connection at its provider, such as a shop or a tenant, goes with whatever leads to that provider.
-- Connections have the column from the beginning.
alter table authorization_attempt add column fields jsonb not null default '{}';
alter table pending_import add column fields jsonb not null default '{}';
alter table revocation_outbox add column fields jsonb not null default '{}';
