import java.io.IOException;
import java.net.InetSocketAddress;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;

import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * Runs DynamoDB Local for tests, with three differences from its own main class: it listens on the loopback
 * address alone, on a port that the system chooses; it sends no telemetry, because it never sets that up; and it ends
 * when its standard input does, so that it cannot outlive the process that started it, however that one dies.
 *
 * Standard output has one line, "ready http://127.0.0.1:PORT", once the server answers.
 */
public final class Launch {
    public static void main(String[] args) throws Exception {
        // inMemory, no folder, one database for all credentials and regions, no artificial delays.
        var requests = new LocalDynamoDBRequestHandler(0, true, null, true, false);
        var server = new Server(new InetSocketAddress("127.0.0.1", 0));
        server.setHandler(new ContextHandler(new LocalDynamoDBServerHandler(requests, null)));
        server.start();
        var port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        System.out.println("ready http://127.0.0.1:" + port);
        awaitEndOfInput();
        // Nothing is kept, so there is nothing to shut down in good order.
        Runtime.getRuntime().halt(0);
    }

    private static void awaitEndOfInput() {
        try {
            while (System.in.read() != -1) {
                // Whatever is written to the server means nothing.
            }
        } catch (IOException e) {
            // A broken input is an ended one.
        }
    }
}
