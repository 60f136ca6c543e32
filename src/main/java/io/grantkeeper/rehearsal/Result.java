package io.grantkeeper.rehearsal;

/** What came of one step. */
sealed interface Result {

    /** The word for it, which stays. */
    String word();

    /** One line more of it; may be empty. */
    String detail();

    record Passed(String detail) implements Result {
        @Override
        public String word() {
            return "passed";
        }
    }

    /** Nothing is wrong, and something may be worth a thought. */
    record Remarked(String detail) implements Result {
        @Override
        public String word() {
            return "remark";
        }
    }

    record Skipped(String detail) implements Result {
        @Override
        public String word() {
            return "skipped";
        }
    }

    /**
     * @param detail what is not as it should be
     * @param expected how it should be
     * @param got how it is
     */
    record Failed(String detail, String expected, String got) implements Result {
        @Override
        public String word() {
            return "failed";
        }
    }

    /** It could not be found out today. */
    record Unreachable(String detail) implements Result {
        @Override
        public String word() {
            return "unreachable";
        }
    }
}
