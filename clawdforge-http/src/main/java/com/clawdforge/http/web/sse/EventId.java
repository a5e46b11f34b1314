package com.clawdforge.http.web.sse;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.Paging;
import io.javalin.http.Context;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a turn's event in a stream, such as {@code 2.17}.
 *
 * @param seq counts from 1 within the turn
 */
public record EventId(int turnIndex, long seq) {
  private static final String HEADER = "Last-Event-ID";
  private static final String PARAMETER = "last_event_id";
  private static final Pattern ID = Pattern.compile("([1-9]\\d{0,9})\\.(0|[1-9]\\d{0,17})");

  /**
   * Reads the last event of a turn that the client has seen, from the header or else the query.
   *
   * @return its seq, or 0 if the client names none
   * @throws Refusal if it is not an event of this turn
   */
  public static long lastSeen(Context ctx, int turnIndex) {
    @Nullable String header = ctx.header(HEADER);
    if (header != null && !header.isEmpty()) {
      return seq(HEADER, header, turnIndex);
    }
    @Nullable String parameter = Paging.parameter(ctx, PARAMETER);
    return parameter == null ? 0 : seq(PARAMETER, parameter, turnIndex);
  }

  private static long seq(String field, String text, int turnIndex) {
    Matcher id = ID.matcher(text);
    if (!id.matches() || Long.parseLong(id.group(1)) != turnIndex) {
      throw Refusal.invalid(
          field, field + " must be the id of an event of this turn, such as " + turnIndex + ".1");
    }
    return Long.parseLong(id.group(2));
  }

  /** The id as it appears on the wire. */
  @Override
  public String toString() {
    return turnIndex + "." + seq;
  }
}
