package com.clawdforge.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer while it arrives: server-sent events one by one, or all of it at once where
 * it turned out to be something else. Asks the connection for more only when what came is used up.
 * Read by one thread; closed by any.
 */
final class EventBody implements BodySubscriber<EventBody>, AutoCloseable {
  // Beside what the gateway lets an agent write into one message.
  private static final int LONGEST = 64 << 20;

  private final LinkedBlockingQueue<Piece> arrived = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
  private final Deque<ByteBuffer> unread = new ArrayDeque<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean afterCarriageReturn;

  /** What the connection gave: some bytes, or the end, with a failure or without. */
  private record Piece(List<ByteBuffer> bytes, boolean end, @Nullable Throwable failure) {}

  /** A whole event; one that the connection broke in the middle of is none. */
  record Message(String event, @Nullable String id, String data) {}

  @Override
  public CompletionStage<EventBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    if (subscription.complete(newSubscription)) {
      newSubscription.request(1);
    } else {
      newSubscription.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    arrived.add(new Piece(bytes, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    arrived.add(new Piece(List.of(), true, failure));
  }

  @Override
  public void onComplete() {
    arrived.add(new Piece(List.of(), true, null));
  }

  /**
   * The next event, or null at the end of the body.
   *
   * @param silence how long nothing at all may come; the gateway sends comments in between
   * @throws IOException if the connection broke or was silent for too long
   */
  @Nullable Message next(Duration silence) throws IOException, InterruptedException {
    String event = "message";
    String id = null;
    StringBuilder data = new StringBuilder();
    boolean any = false;
    while (true) {
      String text = nextLine(silence);
      if (text == null) {
        return null;
      }
      if (text.isEmpty()) {
        if (any) {
          return new Message(event, id, data.toString());
        }
        event = "message";
        id = null;
        continue;
      }
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      String value = colon < 0 ? "" : text.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (name) {
        case "event" -> event = value;
        case "id" -> id = value;
        case "data" -> {
          if (any) {
            data.append('\n');
          }
          data.append(value);
          any = true;
        }
        default -> {}
      }
    }
  }

  /** All that is left of the body. */
  byte[] rest(Duration silence) throws IOException, InterruptedException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    while (fill(silence)) {
      ByteBuffer bytes = unread.remove();
      move(bytes, bytes.remaining(), rest);
      checkLength(rest);
    }
    return rest.toByteArray();
  }

  private @Nullable String nextLine(Duration silence) throws IOException, InterruptedException {
    while (fill(silence)) {
      ByteBuffer bytes = unread.element();
      if (afterCarriageReturn && bytes.get(bytes.position()) == '\n') {
        bytes.get();
      }
      afterCarriageReturn = false;
      int end = bytes.position();
      while (end < bytes.limit() && !endsLine(bytes.get(end))) {
        end++;
      }
      move(bytes, end - bytes.position(), line);
      checkLength(line);
      if (bytes.hasRemaining()) {
        afterCarriageReturn = bytes.get() == '\r';
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        return text;
      }
    }
    return null;
  }

  private static boolean endsLine(byte next) {
    return next == '\n' || next == '\r';
  }

  private static void move(ByteBuffer from, int length, ByteArrayOutputStream to) {
    byte[] copy = new byte[length];
    from.get(copy);
    to.writeBytes(copy);
  }

  private static void checkLength(ByteArrayOutputStream held) throws IOException {
    if (held.size() > LONGEST) {
      throw new IOException("the gateway sent more than " + LONGEST + " bytes at once");
    }
  }

  /** Waits for bytes; false at the end. */
  private boolean fill(Duration silence) throws IOException, InterruptedException {
    while (true) {
      while (!unread.isEmpty() && !unread.element().hasRemaining()) {
        unread.remove();
      }
      if (!unread.isEmpty()) {
        return true;
      }
      Piece piece = arrived.poll(silence.toNanos(), TimeUnit.NANOSECONDS);
      if (piece == null) {
        throw new HttpTimeoutException("nothing came for " + silence);
      }
      if (piece.end()) {
        // For whoever asks again.
        arrived.add(piece);
        if (piece.failure() != null) {
          throw new IOException("the connection broke", piece.failure());
        }
        return false;
      }
      unread.addAll(piece.bytes());
      subscription.join().request(1);
    }
  }

  /** Gives the connection up, whoever is reading. */
  @Override
  public void close() {
    if (!subscription.completeExceptionally(new IOException("closed"))
        && !subscription.isCompletedExceptionally()) {
      subscription.join().cancel();
    }
    arrived.add(new Piece(List.of(), true, new IOException("closed")));
  }
}
