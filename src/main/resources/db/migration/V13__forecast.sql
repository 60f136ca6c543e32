-- What is known of when a grant ends by itself.
--
-- granted_at: when the user consented, or somebody imported the grant. Rows from before have none, nobody knows better than
-- their connection's created_at. The default is for replicas of the version before, which do not know the column.
-- refresh_expires_at: when the refresh token ends, as far as the provider told.
alter table credential
    add column granted_at timestamptz,
    add column refresh_expires_at timestamptz;
alter table credential alter column granted_at set default clock_timestamp();
