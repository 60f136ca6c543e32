package io.grantkeeper.caller;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** A resource that reads the body itself and holds it against {@link ProvenCaller#body()}. */
@NameBinding
@Retention(RUNTIME)
@Target({TYPE, METHOD})
public @interface StreamsBody {}
