package com.clawdforge.http.web.body;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import io.javalin.http.Context;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The encodings that a request declares for its body. */
public final class Encoding {
  private static final String IDENTITY = "identity";
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*[\"']?([^\"';\\s]+)", Pattern.CASE_INSENSITIVE);

  private Encoding() {}

  /**
   * Refuses a compressed body: its size would be unknown until it is unpacked.
   *
   * @throws Refusal {@link ErrorCode#UNSUPPORTED_MEDIA_TYPE}
   */
  public static void requirePlain(Context ctx) {
    String encodings =
        String.join(",", Collections.list(ctx.req().getHeaders("Content-Encoding")))
            .toLowerCase(Locale.ROOT);
    for (String encoding : encodings.split(",", -1)) {
      String name = encoding.strip();
      // Some clients name the character encoding here.
      if (!name.isEmpty() && !name.equals(IDENTITY) && !isUtf8(name)) {
        ctx.res().setHeader("Accept-Encoding", IDENTITY);
        throw Refusal.of(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            "the body is compressed (Content-Encoding); send it as it is, without that header");
      }
    }
  }

  /**
   * Refuses a declared character encoding that is not UTF-8, or its subset ASCII.
   *
   * @param type the content type, or null if the request has none
   * @throws Refusal {@link ErrorCode#UNSUPPORTED_MEDIA_TYPE}
   */
  static void requireUtf8(@Nullable String type) {
    Matcher declared = CHARSET.matcher(type == null ? "" : type);
    if (declared.find() && !isUtf8(declared.group(1))) {
      throw Refusal.of(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE,
          "the Content-Type declares another charset than UTF-8; encode the body in UTF-8");
    }
  }

  private static boolean isUtf8(String name) {
    try {
      Charset charset = Charset.forName(name);
      return charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII);
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }
}
