package io.grantkeeper.authorization;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** A resource whose answers the scripts of the dashboard's pages may read. No other's may be read by any page. */
@NameBinding
@Retention(RUNTIME)
@Target({TYPE, METHOD})
@interface ReadByPages {}
