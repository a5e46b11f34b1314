package com.clawdforge.client.internal.stream;

import com.clawdforge.client.internal.CallException;
import com.clawdforge.client.internal.Json;
import com.clawdforge.client.internal.http.Call;
import com.clawdforge.client.internal.http.EventParser.Message;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A run or a turn whose events the gateway streams: how to connect, what the messages mean, and how
 * far it has got. Gives each event once, over any number of connections. Not thread-safe.
 */
public interface StreamedWork<E, R> {
  /** The call whose answer streams what is missing. */
  Call call();

  /** Reads the head of such an answer. */
  void readHead(HttpHeaders headers);

  /**
   * Reads a message and returns its events; none if an earlier connection delivered it.
   *
   * @throws CallException if the work failed
   */
  List<E> read(Message message);

  /** The result, or null until the work is over. */
  @Nullable R result();

  /** The call that cancels the work, or null while its id is unknown. */
  @Nullable Call cancel();

  /** Parses the JSON object of a message. */
  static ObjectNode object(Message message) {
    ObjectNode object = Json.objectOrNull(message.data().getBytes(StandardCharsets.UTF_8));
    if (object == null) {
      throw new CallException.Failed("an event of a stream is not a JSON object", null);
    }
    return object;
  }

  /** Matches the id of a message, which gives its place in the stream. */
  static Matcher place(Message message, Pattern pattern) {
    Matcher place = pattern.matcher(message.id() == null ? "" : message.id());
    if (!place.matches()) {
      throw new CallException.Failed("an event of a stream came without its place", null);
    }
    return place;
  }
}
