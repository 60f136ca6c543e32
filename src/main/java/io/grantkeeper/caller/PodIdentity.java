package io.grantkeeper.caller;

/**
 * A pod that proved itself by a token that is bound to it.
 *
 * @param serviceAccountUid which of the service accounts that had or will have this name
 */
record PodIdentity(KubernetesIdentity serviceAccount, String serviceAccountUid, String pod, String podUid) {

    /** How Kubernetes calls it as a user. */
    String userName() {
        return "system:serviceaccount:" + serviceAccount.namespace() + ":" + serviceAccount.serviceAccount();
    }
}
