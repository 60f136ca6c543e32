package io.grantkeeper.authorization;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** An event stream of a flow. */
@NameBinding
@Retention(RUNTIME)
@Target(METHOD)
@interface Followed {}
