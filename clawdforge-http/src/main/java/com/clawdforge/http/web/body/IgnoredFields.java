package com.clawdforge.http.web.body;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.http.web.Exchange;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names in a request that are none of its fields. Clients of the first version may send any, so
 * they are accepted, but told: in a header of the answer, and in the log.
 *
 * @param names in their order, with other characters than letters, digits, {@code _}, {@code .} and
 *     {@code -} replaced, and not more than fit into a header
 */
public record IgnoredFields(List<String> names) {
  /** The header with the names. */
  public static final String HEADER = "X-Clawdforge-Ignored";

  private static final Logger log = LoggerFactory.getLogger(IgnoredFields.class);
  private static final int MOST_NAMES = 16;
  private static final int LONGEST_NAME = 48;
  // No client has more by mistake, and each costs a comparison with all fields.
  private static final int MOST_UNKNOWN = 64;
  private static final String MORE = "...";

  public IgnoredFields {
    names = List.copyOf(names);
  }

  /**
   * Sorts the names of a request; looks at the first 64 that are no fields.
   *
   * @param sent the names that have a value
   * @param fields the names that the request may have
   * @throws Refusal {@link com.clawdforge.core.error.ErrorCode#INVALID_REQUEST} with the right name
   *     for the first one that is misspelt
   */
  public static IgnoredFields of(Collection<String> sent, Collection<String> fields) {
    List<String> ignored = new ArrayList<>();
    int unknown = 0;
    for (String name : sent) {
      if (fields.contains(name)) {
        continue;
      }
      if (++unknown > MOST_UNKNOWN) {
        break;
      }
      Optional<String> meant = NearMiss.of(name, fields);
      if (meant.isPresent()) {
        throw Refusal.invalid(
            meant.get(), printable(name) + " is not a field of this request; use " + meant.get());
      }
      if (ignored.size() <= MOST_NAMES) {
        ignored.add(ignored.size() == MOST_NAMES ? MORE : printable(name));
      }
    }
    return new IgnoredFields(ignored);
  }

  /** Tells the client and the operator, if there are any. */
  public void announce(Context ctx) {
    if (names.isEmpty()) {
      return;
    }
    String list = String.join(", ", names);
    ctx.res().setHeader(HEADER, list);
    Exchange exchange = Exchange.of(ctx.req());
    log.atWarn()
        .addKeyValue("app", String.valueOf(exchange.app()))
        .addKeyValue("request_id", exchange.requestId())
        .log("a request has fields that were ignored: {}", list);
  }

  private static String printable(String name) {
    String cut = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + MORE : name;
    String printable = cut.replaceAll("[^A-Za-z0-9_.-]", "_");
    return printable.isEmpty() ? "_" : printable;
  }
}
