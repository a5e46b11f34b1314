package com.clawdforge.http.faults;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request, byte for byte.
 *
 * @param path without query, as it is described by; the target of the request line has it with one
 * @param body a character for each byte
 * @param readable whether it is HTTP that a server can read
 * @param framed whether its body is as long as its head says
 * @param endless whether a good answer never ends
 */
record FuzzedRequest(
    String method,
    String path,
    String query,
    List<String> headers,
    String body,
    boolean readable,
    boolean framed,
    boolean endless) {
  byte[] bytes() {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(query).append(" HTTP/1.1\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    head.append("\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body.getBytes(StandardCharsets.ISO_8859_1));
    return all.toByteArray();
  }

  /** Its beginning, in characters that every terminal shows. */
  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder();
    byte[] bytes = bytes();
    for (int i = 0; i < Math.min(bytes.length, 1500); i++) {
      char c = (char) (bytes[i] & 0xff);
      if (c == '\n') {
        shown.append("\\n\n");
      } else if (c < ' ' || c > '~') {
        shown.append(String.format("\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.append(bytes.length > 1500 ? "… (" + bytes.length + " bytes)" : "").toString();
  }
}
