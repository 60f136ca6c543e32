package io.grantkeeper.provider;

/**
 * What is wrong with an entry and where, for whoever wrote it. The reason names keys, scopes and rules; what
 * else a file holds it never repeats.
 *
 * @param line counted from 1; 0 where the file as a whole is meant
 */
public record Fault(String file, int line, String reason) {

    static Fault of(String file, String reason) {
        return new Fault(file, 0, reason);
    }

    /** The same of a file that is called otherwise. */
    Fault in(String name) {
        return new Fault(name, line, reason);
    }

    @Override
    public String toString() {
        return line == 0 ? file + ": " + reason : file + ":" + line + ": " + reason;
    }
}
