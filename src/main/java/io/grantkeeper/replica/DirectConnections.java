package io.grantkeeper.replica;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;

/** Connections to the database that no pool gives out or takes back. */
public interface DirectConnections {

    Uni<PgConnection> open();
}
