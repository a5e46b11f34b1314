package com.clawdforge.client;

import com.clawdforge.client.EventParser.Message;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway tells of one piece of work over one connection or several, each message once.
 * For one thread at a time.
 */
interface Feed<E, R> {
  /** The answer to a call whose stream tells the rest. */
  Call call();

  /** What the head of such an answer says. */
  void head(HttpHeaders headers);

  /**
   * What a message means; none if it came before.
   *
   * @throws ForgeException if the work failed
   */
  List<E> take(Message message);

  /** What came of the work, once it is over. */
  @Nullable R result();

  /** What cancels the work, or null as long as it is not known by a name. */
  @Nullable Call cancel();

  /** The JSON object of a message. */
  static ObjectNode object(Message message) {
    ObjectNode object = Json.objectOrNull(message.data().getBytes(StandardCharsets.UTF_8));
    if (object == null) {
      throw new ForgeTransportException("an event of a stream is not a JSON object", null);
    }
    return object;
  }

  /** What a message's id says under this pattern. */
  static Matcher place(Message message, Pattern pattern) {
    Matcher place = pattern.matcher(message.id() == null ? "" : message.id());
    if (!place.matches()) {
      throw new ForgeTransportException("an event of a stream came without its place", null);
    }
    return place;
  }
}
