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
   * share: many at once would fill the heap.
   *
   * @throws Refusal {@link ErrorCode#QUOTA_EXCEEDED} or {@link ErrorCode#AT_CAPACITY} if there is
   *     no room for it
   */
  public <T> T json(Context ctx, Function<byte[], T> use) {
    String caller = String.valueOf(Exchange.of(ctx.req()).app());
    long announced = ctx.req().getContentLengthLong();
    // What is not announced may be of any length.
    long bytes = announced < 0 ? maxBytes : Math.min(announced, maxBytes);
    if (bytes <= SHORT) {
      return use.apply(json(ctx));
    }
    if (!room.take(caller, bytes)) {
      throw noRoom(caller);
    }
    try {
      return use.apply(json(ctx));
    } finally {
      room.giveBack(caller, bytes);
    }
  }

  private Refusal noRoom(String caller) {
    long own = room.of(caller);
    return own == 0
        ? Refusal.retryLater(
            ErrorCode.AT_CAPACITY, "too many long requests arrive at once; try again soon", SOON)
        : Refusal.beyond(
            ErrorCode.QUOTA_EXCEEDED,
            "too many long requests of this token arrive at once; try again soon",
            SOON,
            new Allowance(
                "request_bytes",
                BigDecimal.valueOf(room.share(caller)),
                BigDecimal.valueOf(room.share(caller) - own),
                null,
                null));
  }

  /** The bytes of a JSON body; a body without a content type counts as JSON. */
  public byte[] json(Context ctx) {
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
      byte[] body = in.readNBytes(Math.toIntExact(maxBytes));
      if (in.read() >= 0) {
        throw tooLarge();
      }
      return body;
    } catch (IOException | HttpException.RuntimeException brokenOff) {
      throw Refusal.of(ErrorCode.MALFORMED_REQUEST, "the body broke off, or did not come in time");
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
