package io.grantkeeper.caller;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * A resource that serves nobody in particular too, such as a provider's callback.
 *
 * <p>A right credential makes its caller known there as everywhere; a wrong one counts as none.
 */
@NameBinding
@Retention(RUNTIME)
@Target({TYPE, METHOD})
public @interface OpenToAnyone {}
