-- What the authorization request of a flow carried: its end is held to that, whatever its provider's entry says by then. The
-- defaults are what a version did that does not know them.
alter table authorization_attempt
    add column has_challenge boolean not null default true,
    add column has_nonce boolean not null default false;
