package com.clawdforge.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TenancyTest {
  private static final String FORM =
      """
      --b\r
      Content-Disposition: form-data; name="file"; filename="a"\r
      \r
      x\r
      --b--\r
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/runs/RUN|",
        "POST|/runs/RUN/cancel|",
        "DELETE|/files/FILE|",
        "POST|/run|{\"prompt\":\"p\",\"files\":[\"FILE\"]}",
      })
  void what_belongs_to_another_token_is_answered_like_what_never_was(
      String method, String path, @Nullable String body) throws Exception {
    try (Forge forge = Forge.setup().start()) {
      String run =
          forge.run("{\"prompt\":\"p\"}").headers().firstValue("X-Clawdforge-Run-Id").orElseThrow();
      String file =
          forge
              .json(
                  forge.send(
                      forge
                          .to("/files")
                          .header("Content-Type", "multipart/form-data; boundary=b")
                          .POST(HttpRequest.BodyPublishers.ofString(FORM))))
              .get("file_token")
              .textValue();
      String other = forge.mint("other");

      HttpResponse<String> theirs = ask(forge, other, method, path, body, run, file);
      HttpResponse<String> nobodys =
          ask(
              forge,
              other,
              method,
              path,
              body,
              run.replaceAll("[0-9a-f]", "0"),
              "ff_" + "0".repeat(file.length() - 3));

      assertEquals(404, theirs.statusCode(), theirs.body());
      assertEquals(
          nobodys.body(),
          theirs
              .body()
              .replace(run, run.replaceAll("[0-9a-f]", "0"))
              .replace(file, "ff_" + "0".repeat(file.length() - 3)));
      assertEquals(headers(nobodys), headers(theirs));
    }
  }

  private static Map<String, List<String>> headers(HttpResponse<String> response) {
    Map<String, List<String>> headers = new TreeMap<>(response.headers().map());
    headers.remove("date");
    return headers;
  }

  private static HttpResponse<String> ask(
      Forge forge,
      String token,
      String method,
      String path,
      @Nullable String body,
      String run,
      String file)
      throws Exception {
    String filled = body == null ? "" : body.replace("FILE", file);
    return forge.send(
        forge
            .to(path.replace("RUN", run).replace("FILE", file))
            .setHeader("Authorization", "Bearer " + token)
            .header("X-Request-Id", "same")
            .method(method, HttpRequest.BodyPublishers.ofString(filled)));
  }
}
