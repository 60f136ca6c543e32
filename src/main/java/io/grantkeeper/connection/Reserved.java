package io.grantkeeper.connection;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.inject.Qualifier;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** The database connections that are kept for what must not wait: leases, and tokens that a provider has just rotated. */
@Qualifier @Retention(RUNTIME)
@Target({METHOD, PARAMETER})
public @interface Reserved {}
