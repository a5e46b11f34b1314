package com.clawdforge.http.web.sse;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.Paging;
import io.javalin.http.Context;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
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
  private static final Pattern SEQ = Pattern.compile("0|[1-9]\\d{0,17}");

  /**
   * Whether the client names the last event that it has seen: then it continues a stream, and
   * starts nothing.
   */
  public static boolean continues(Context ctx) {
    return named(ctx) != null;
  }

  /** The turn of the last event that the client has seen, if it can be read. */
  public static OptionalInt turn(Context ctx) {
    @Nullable Named named = named(ctx);
    Matcher id = ID.matcher(named == null ? "" : named.id());
    return id.matches() && Long.parseLong(id.group(1)) <= Integer.MAX_VALUE
        ? OptionalInt.of(Integer.parseInt(id.group(1)))
        : OptionalInt.empty();
  }

  /**
   * Reads the last event of a turn that the client has seen, from the header or else the query.
   *
   * @return its seq, or 0 if the client names none
   * @throws Refusal if it is not an event of this turn
   */
  public static long lastSeen(Context ctx, int turnIndex) {
    @Nullable Named named = named(ctx);
    return named == null ? 0 : seq(named.field(), named.id(), turnIndex);
  }

  /**
   * Reads the last event of a run that the client has seen, whose id is the seq alone.
   *
   * @return its seq, or 0 if the client names none
   * @throws Refusal if it is not the id of an event of a run
   */
  public static long lastSeen(Context ctx) {
    @Nullable Named named = named(ctx);
    if (named == null) {
      return 0;
    }
    if (!SEQ.matcher(named.id()).matches()) {
      throw Refusal.invalid(
          named.field(), named.field() + " must be the id of an event of this run, such as 17");
    }
    return Long.parseLong(named.id());
  }

  /** The id that the client names, and where. */
  private record Named(String field, String id) {}

  /**
   * Reads the last event of a session that the client has seen.
   *
   * @throws Refusal if it is not the id of an event
   */
  public static Optional<EventId> ofSession(Context ctx) {
    @Nullable Named named = named(ctx);
    if (named == null) {
      return Optional.empty();
    }
    Matcher id = ID.matcher(named.id());
    if (!id.matches() || Long.parseLong(id.group(1)) > Integer.MAX_VALUE) {
      throw notOfSession(named);
    }
    return Optional.of(new EventId(Integer.parseInt(id.group(1)), Long.parseLong(id.group(2))));
  }

  /** Refuses what {@link #ofSession} has read: the session has no such turn. */
  public static Refusal notOfSession(Context ctx) {
    return notOfSession(Objects.requireNonNull(named(ctx)));
  }

  private static Refusal notOfSession(Named named) {
    return Refusal.invalid(
        named.field(), named.field() + " must be the id of an event of this session, such as 1.1");
  }

  private static @Nullable Named named(Context ctx) {
    @Nullable String header = ctx.header(HEADER);
    if (header != null && !header.isEmpty()) {
      return new Named(HEADER, header);
    }
    @Nullable String parameter = Paging.parameter(ctx, PARAMETER);
    return parameter == null ? null : new Named(PARAMETER, parameter);
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
