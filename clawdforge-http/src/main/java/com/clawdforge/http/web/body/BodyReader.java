package com.clawdforge.http.web.body;

import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.share.FairRoom;
import com.clawdforge.core.text.ByteSize;
import com.clawdforge.http.web.Exchange;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/** Reads whole JSON bodies. The size limit is enforced while they arrive. */
public final class BodyReader {
  /** In bytes. Bodies that are no longer are not counted. */
  private static final int SHORT = 64 << 10;

  private static final Duration SOON = Duration.ofSeconds(5);

  private final long maxBytes;
  private final FairRoom room;

  /**
   * @param room for the bodies that are read and used at once, by callers; large enough for the
   *     largest
   */
  public BodyReader(long maxBytes, FairRoom room) {
    this.maxBytes = maxBytes;
    this.room = room;
  }

  /**
   * Uses the bytes of a JSON body. Long bodies take room as long as that lasts, which callers
   * share: many at once would fill the heap. A body whose length is announced takes room for all of
   * it at once, and another one for what has arrived of it.
   *
   * @throws Refusal {@link ErrorCode#QUOTA_EXCEEDED} or {@link ErrorCode#AT_CAPACITY} if there is
   *     no room for it
   */
  public <T> T json(Context ctx, Function<byte[], T> use) {
    long announced = ctx.req().getContentLengthLong();
    try (Taken taken = new Taken(String.valueOf(Exchange.of(ctx.req()).app()))) {
      if (announced < 0) {
        return use.apply(read(ctx, in -> readInSteps(in, taken)));
      }
      taken.growTo(Math.min(announced, maxBytes));
      return use.apply(json(ctx));
    }
  }

  /** The bytes of a JSON body; a body without a content type counts as JSON. */
  public byte[] json(Context ctx) {
    return read(ctx, in -> in.readNBytes(Math.toIntExact(maxBytes)));
  }

  /** Reads a body up to the largest size. */
  private interface Reading {
    byte[] of(InputStream in) throws IOException;
  }

  private byte[] read(Context ctx, Reading reading) {
    // Not contentType(), which fails on a charset that does not exist.
    @Nullable String type = ctx.header("Content-Type");
    if (type != null && !isJson(type)) {
      throw Refusal.of(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE, "send the body as Content-Type: application/json");
    }
    Encoding.requirePlain(ctx);
    Encoding.requireUtf8(type);
    if (ctx.req().getContentLengthLong() > maxBytes) {
      throw tooLarge();
    }
    try {
      InputStream in = ctx.req().getInputStream();
      byte[] body = reading.of(in);
      if (in.read() >= 0) {
        throw tooLarge();
      }
      return body;
    } catch (IOException | HttpException.RuntimeException brokenOff) {
      throw Refusal.of(ErrorCode.MALFORMED_REQUEST, "the body broke off, or did not come in time");
    }
  }

  // A sender that takes its time holds no more room than what it has sent, twice at most.
  private byte[] readInSteps(InputStream in, Taken taken) throws IOException {
    byte[] body = new byte[Math.toIntExact(Math.min(SHORT, maxBytes))];
    int length = in.readNBytes(body, 0, body.length);
    while (length == body.length && length < maxBytes) {
      int next = in.read();
      if (next < 0) {
        return body;
      }
      int larger = Math.toIntExact(Math.min(2L * length, maxBytes));
      taken.growTo(larger);
      body = Arrays.copyOf(body, larger);
      body[length++] = (byte) next;
      length += in.readNBytes(body, length, larger - length);
    }
    return length == body.length ? body : Arrays.copyOf(body, length);
  }

  /** The room that one body takes. */
  private final class Taken implements AutoCloseable {
    private final String caller;
    private long bytes;

    Taken(String caller) {
      this.caller = caller;
    }

    /** Takes room for a body of this length, unless it is short. */
    void growTo(long length) {
      if (length > SHORT) {
        if (!room.grow(caller, bytes, length - bytes)) {
          throw noRoom();
        }
        bytes = length;
      }
    }

    private Refusal noRoom() {
      long own = room.of(caller);
      return own == bytes
          ? Refusal.retryLater(
              ErrorCode.AT_CAPACITY, "too many long requests arrive at once; try again soon", SOON)
          : Refusal.beyond(
              ErrorCode.QUOTA_EXCEEDED,
              "too many long requests of this token arrive at once; try again soon",
              SOON,
              new Allowance(
                  "request_bytes",
                  BigDecimal.valueOf(room.share(caller)),
                  BigDecimal.valueOf(room.share(caller) - own).max(BigDecimal.ZERO),
                  null,
                  null));
    }

    @Override
    public void close() {
      if (bytes > 0) {
        room.giveBack(caller, bytes);
      }
    }
  }

  private Refusal tooLarge() {
    return Refusal.of(
        ErrorCode.PAYLOAD_TOO_LARGE, "the body is larger than " + ByteSize.words(maxBytes));
  }

  private static boolean isJson(String type) {
    int end = type.indexOf(';');
    String media = (end < 0 ? type : type.substring(0, end)).trim().toLowerCase(Locale.ROOT);
    return media.isEmpty() || media.equals("application/json");
  }
}
