package io.grantkeeper.cli;

import java.net.URI;
import java.nio.file.Path;

/**
 * The service of this machine's owner.
 *
 * @param url where it is
 * @param home the folder with the owner's key
 */
public record LocalServer(URI url, Path home) {}
