package com.clawdforge.http.web.body;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.text.ByteSize;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/** Reads whole JSON bodies. The size limit is enforced while they arrive. */
public final class BodyReader {
  private final long maxBytes;

  public BodyReader(long maxBytes) {
    this.maxBytes = maxBytes;
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
