package com.clawdforge.client.internal.http;

import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A multipart/form-data request with one file of any size, streamed piece by piece. */
public final class MultipartUpload {
  private static final Executor READERS = Threads.forUploads();

  private final String boundary = "forge-" + UUID.randomUUID();
  private final String name;
  private final @Nullable Duration ttl;

  public MultipartUpload(String name, @Nullable Duration ttl) {
    this.name = name;
    this.ttl = ttl;
  }

  public Call of(Path file, Duration deadline) {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + " is a folder");
    }
    return call(
        () -> {
          try {
            return BodyPublishers.ofFile(file);
          } catch (FileNotFoundException e) {
            throw new IllegalArgumentException("no readable file " + file, e);
          }
        },
        deadline,
        Call.Repeat.IF_NOT_DONE);
  }

  public Call of(InputStream content, Duration deadline) {
    return call(
        () ->
            new OffloadedPublisher(
                BodyPublishers.ofInputStream(() -> new Unclosed(content)), READERS),
        deadline,
        Call.Repeat.NEVER);
  }

  private Call call(Supplier<BodyPublisher> content, Duration deadline, Call.Repeat repeat) {
    return new Call(
        "POST",
        "/files",
        Map.of("Content-Type", "multipart/form-data; boundary=" + boundary),
        () ->
            BodyPublishers.concat(
                text(head()), content.get(), text("\r\n--" + boundary + "--\r\n")),
        deadline,
        repeat);
  }

  private String head() {
    String field =
        ttl == null
            ? ""
            : "--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"ttl_secs\"\r\n\r\n"
                + ttl.toSeconds()
                + "\r\n";
    return field
        + "--"
        + boundary
        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
        + escaped(name)
        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
  }

  // As browsers do; a raw line end would start another header.
  private static String escaped(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static BodyPublisher text(String text) {
    return BodyPublishers.ofString(text, StandardCharsets.UTF_8);
  }

  /** Keeps the stream open: its owner closes it. */
  private static final class Unclosed extends FilterInputStream {
    Unclosed(InputStream content) {
      super(content);
    }

    @Override
    public void close() {}
  }
}
