package io.grantkeeper.refresh;

/** Whether somebody waits for a refresh. */
enum Urgency {
    /** Somebody does. */
    DEMANDED,
    /** Nobody does yet: it is done beforehand, and may come later. */
    BACKGROUND
}
