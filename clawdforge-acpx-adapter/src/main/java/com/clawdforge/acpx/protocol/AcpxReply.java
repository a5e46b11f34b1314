package com.clawdforge.acpx.protocol;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The line with which an acpx command other than a prompt replies.
 *
 * @param action what acpx has done
 * @param recordId acpx's name for its record of the session
 * @param cancelled whether there was a prompt to cancel
 */
public record AcpxReply(
    @Nullable String action,
    @Nullable String recordId,
    boolean cancelled,
    AcpMessage.@Nullable Failure error) {
  /** Reads a line; empty if it is not a reply. */
  public static Optional<AcpxReply> read(byte[] line) {
    return JsonLine.read(line, AcpxReply::read)
        .filter(reply -> reply.action != null || reply.error != null);
  }

  private static AcpxReply read(JsonLine json) throws IOException {
    @Nullable String action = null;
    @Nullable String recordId = null;
    boolean cancelled = false;
    AcpMessage.FailureReader failure = new AcpMessage.FailureReader(json);
    for (String path = json.next(); path != null; path = json.next()) {
      switch (path) {
        case "action" -> action = json.text();
        case "acpxRecordId" -> recordId = json.text();
        case "cancelled" -> cancelled = json.flag();
        default -> failure.read(path);
      }
    }
    return new AcpxReply(action, recordId, cancelled, failure.failure());
  }
}
