package io.grantkeeper.caller;

/** The tenant that owns connections: an organisation, or one person. */
public record AccountId(String value) {

    public AccountId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("an account id is not blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
