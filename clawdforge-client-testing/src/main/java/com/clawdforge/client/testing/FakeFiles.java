package com.clawdforge.client.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The uploaded files, {@code /files}. Thread-safe. */
final class FakeFiles {
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final Pattern NAME = Pattern.compile("filename=\"(.*?)\"");

  private final Map<String, FakeFile> files = new LinkedHashMap<>();
  private int count;

  void answer(Exchange http) throws IOException {
    if (http.is("POST", 1)) {
      upload(http);
    } else if (http.is("GET", 1)) {
      http.sendPage("files", newestFirst().stream().map(FakeFiles::view).toList());
    } else if (http.method().equals("DELETE") && http.depth() == 2) {
      if (removed(http.segment(1))) {
        http.send(200, Wire.object().put("ok", true));
      } else {
        http.notFound("file " + http.segment(1));
      }
    } else {
      http.notFound("path " + http.method() + " " + http.segment(0));
    }
  }

  private void upload(Exchange http) throws IOException {
    String type = http.header("Content-Type");
    Matcher boundary = BOUNDARY.matcher(type == null ? "" : type);
    if (!boundary.find()) {
      http.refuse(FakeError.inField("file", "a file comes as multipart/form-data"));
      return;
    }
    String name = null;
    String content = "";
    long ttlSecs = 3600;
    String form = new String(http.body(), StandardCharsets.ISO_8859_1);
    for (String part : form.split(Pattern.quote("--" + boundary.group(1)), -1)) {
      int head = part.indexOf("\r\n\r\n");
      if (head < 0) {
        continue;
      }
      String value = part.substring(head + 4, part.length() - 2);
      Matcher fileName = NAME.matcher(part.substring(0, head));
      if (fileName.find()) {
        name =
            new String(
                fileName.group(1).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        content = value;
      } else if (part.contains("name=\"ttl_secs\"")) {
        ttlSecs = Long.parseLong(value.strip());
      }
    }
    if (name == null) {
      http.refuse(FakeError.inField("file", "there is no file in the form"));
    } else {
      http.send(200, view(add(name, content, ttlSecs)));
    }
  }

  private synchronized FakeFile add(String name, String content, long ttlSecs) {
    String token = "ff_" + ++count;
    FakeFile file = new FakeFile(token, name, content, ttlSecs, Instant.now().getEpochSecond());
    files.put(token, file);
    return file;
  }

  private synchronized boolean removed(String token) {
    return files.remove(token) != null;
  }

  private synchronized List<FakeFile> newestFirst() {
    List<FakeFile> all = new ArrayList<>(files.values());
    Collections.reverse(all);
    return all;
  }

  /** How large all files are together. */
  synchronized long bytes() {
    return files.values().stream().mapToLong(file -> file.bytes().length).sum();
  }

  synchronized @Nullable FakeFile find(String token) {
    return files.get(token);
  }

  private static ObjectNode view(FakeFile file) {
    return Wire.object()
        .put("ok", true)
        .put("file_token", file.token())
        .put("name", file.name())
        .put("ttl_secs", file.ttlSecs())
        .put("size", file.bytes().length)
        .put("created_at", file.createdAt())
        .put("expires_at", file.createdAt() + file.ttlSecs());
  }
}
