/** The service under faults: processes that are killed, a database that goes away, networks that lie. */
package io.grantkeeper.chaos;
