package io.grantkeeper.secret;

/**
 * A sealed value does not open: its key is not in the ring, it was moved, or it was changed.
 *
 * <p>That is the operator's matter and says nothing about the grant: no state may follow from it.
 */
public final class SealBroken extends RuntimeException {

    public SealBroken(String message) {
        super(message);
    }
}
