package io.grantkeeper.refresh;

/** What all clients of one provider share: its places, and the rate at which refreshes start after an outage. */
record Entrance(Turnstile turnstile, Ramp ramp) {}
