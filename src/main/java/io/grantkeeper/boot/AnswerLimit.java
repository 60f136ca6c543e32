package io.grantkeeper.boot;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection to the database on which nothing has come for too long after something was sent.
 *
 * <p>The client's own idle timeout does not: it says goodbye to the server and waits for its answer, for ever where the
 * server hangs. This one stands before everything that could wait; what was asked fails then, and a pool gets its place
 * back. A connection that nobody uses stays.
 */
final class AnswerLimit extends ChannelDuplexHandler {

    private static final Logger LOG = Logger.getLogger(AnswerLimit.class);

    private final Duration limit;
    private @Nullable Future<?> running;

    private AnswerLimit(Duration limit) {
        this.limit = limit;
    }

    /** The connection has to be one that was just made. */
    static void setOn(SqlConnection connection, Duration limit) {
        if (connection instanceof SqlConnectionInternal pooled
                && pooled.unwrap().unwrap() instanceof SocketConnectionBase direct) {
            direct.socket().channelHandlerContext().pipeline().addFirst(new AnswerLimit(limit));
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) throws Exception {
        if (running == null) {
            running = context.executor().schedule(() -> giveUp(context), limit.toMillis(), MILLISECONDS);
        }
        super.write(context, message, written);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        stop();
        context.fireChannelRead(message);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    // The client hears of the end by itself.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void giveUp(ChannelHandlerContext context) {
        LOG.warnf("database connection given up cause=no answer limit=%s", limit);
        context.close();
    }

    private void stop() {
        if (running != null) {
            running.cancel(false);
            running = null;
        }
    }
}
