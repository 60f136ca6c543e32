package io.grantkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;

/** {@code grantkeeper dashboard}: prints a link that signs a browser in as the local owner, once. */
public final class DashboardCommand {

    private final OwnerClient client;

    /**
     * Reads nothing yet.
     *
     * @param server where the service is
     * @param home the folder with the owner's key
     */
    public DashboardCommand(URI server, Path home) {
        this.client = new OwnerClient(server, home);
    }

    /** @throws CommandFailed when there is no link to be had */
    public void run(PrintStream out) {
        String answer = client.post("/api/local/link");
        try {
            out.println(new ObjectMapper().readTree(answer).path("url").asText());
        } catch (JsonProcessingException unreadable) {
            throw new CommandFailed("the server's answer cannot be read");
        }
    }
}
