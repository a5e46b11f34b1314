package com.clawdforge.http.ops;

import com.clawdforge.http.web.Responses;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A file of the server, the same for every client. Clients revalidate their copy each time, so that
 * no page mixes old and new parts after an upgrade of the server.
 */
final class StaticFile {
  private final String type;
  private final Map<String, String> headers;
  private final byte[] content;
  private final String tag;

  private StaticFile(String type, Map<String, String> headers, byte[] content) {
    this.type = type;
    this.headers = headers;
    this.content = content;
    this.tag = '"' + hash(content) + '"';
  }

  /**
   * Reads a resource.
   *
   * @param name its absolute name on the class path
   * @param type its content type
   */
  static StaticFile of(String name, String type) {
    return new StaticFile(type, Map.of(), bytes(name));
  }

  /** The same file with additional headers. */
  StaticFile with(Map<String, String> more) {
    return new StaticFile(type, more, content);
  }

  /** The same file with its text edited. */
  StaticFile edited(UnaryOperator<String> edit) {
    String text = edit.apply(new String(content, StandardCharsets.UTF_8));
    return new StaticFile(type, headers, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the file, or 304 if the client has it already. */
  void send(Context ctx) throws IOException {
    HttpServletResponse response = ctx.res();
    response.setHeader("ETag", tag);
    response.setHeader("Cache-Control", "no-cache");
    if (isKnown(ctx.header("If-None-Match"))) {
      Responses.empty(response, 304);
      return;
    }
    headers.forEach(response::setHeader);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentType(type);
    response.setContentLength(content.length);
    OutputStream out = response.getOutputStream();
    out.write(content);
    out.flush();
  }

  private boolean isKnown(@Nullable String ifNoneMatch) {
    return ifNoneMatch != null
        && Arrays.stream(ifNoneMatch.split(",", -1))
            .map(String::strip)
            // A proxy that compresses turns the tag into a weak one.
            .anyMatch(known -> known.equals("*") || known.replaceFirst("^W/", "").equals(tag));
  }

  private static byte[] bytes(String name) {
    try (@Nullable InputStream in = StaticFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
