package com.clawdforge.http.web;

import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.PageRequest;
import io.javalin.http.Context;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads {@code limit} and {@code cursor} of a list, and creates the next cursor. */
public final class Paging {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  private Paging() {}

  public static PageRequest of(Context ctx) {
    @Nullable String cursor = parameter(ctx, "cursor");
    return new PageRequest(
        limit(parameter(ctx, "limit")),
        cursor == null ? null : Cursor.position(list(ctx), cursor).orElseThrow(Paging::notOurs));
  }

  /** Like {@link #of}, but the whole list if the request has neither parameter. */
  public static PageRequest ofOrAll(Context ctx) {
    boolean part = parameter(ctx, "limit") != null || parameter(ctx, "cursor") != null;
    return part ? of(ctx) : PageRequest.all();
  }

  public static @Nullable String cursor(Context ctx, @Nullable Long next) {
    return next == null ? null : Cursor.of(list(ctx), next);
  }

  // A trailing slash does not make it another list.
  private static String list(Context ctx) {
    return ctx.path().replaceFirst("/+$", "");
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    if (text.matches("\\d{1,9}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw Refusal.invalid("limit", "limit must be an integer from 1 to " + MAX_LIMIT);
  }

  private static Refusal notOurs() {
    return Refusal.of(
        ErrorCode.MALFORMED_REQUEST,
        "cursor must be the next_cursor of an earlier answer of this list");
  }

  /** A parameter of the query, or null; a query that cannot be decoded is refused. */
  public static @Nullable String parameter(Context ctx, String name) {
    @Nullable String query = ctx.queryString();
    if (query == null) {
      return null;
    }
    try {
      // Javalin would silently drop parameters that it cannot decode.
      URLDecoder.decode(query, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException badEncoding) {
      throw Refusal.of(ErrorCode.MALFORMED_REQUEST, "the query is not percent-encoded UTF-8");
    }
    return ctx.queryParam(name);
  }
}
