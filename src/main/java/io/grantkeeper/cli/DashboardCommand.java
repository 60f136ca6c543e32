package io.grantkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code grantkeeper dashboard}: prints a link that signs a browser in as the local owner, once. */
@Command(name = "dashboard", description = "Prints a link that signs a browser in as the local owner, once.")
public final class DashboardCommand implements Runnable {

    private final Supplier<LocalServer> server;

    /** @param server asked for when the command runs */
    public DashboardCommand(Supplier<LocalServer> server) {
        this.server = server;
    }

    /** @throws CommandFailed when there is no link to be had */
    @Override
    public void run() {
        String answer = new OwnerClient(server.get()).post("/api/local/link");
        try {
            System.out.println(new ObjectMapper().readTree(answer).path("url").asText());
        } catch (JsonProcessingException unreadable) {
            throw new CommandFailed("the server's answer cannot be read");
        }
    }
}
