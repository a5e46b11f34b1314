package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.TestedModel.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The strict model as its clients see it. */
@Timeout(30)
class OfflineStrictTest {
  private static final String BAD = "{\"model\": \"opus\", \"messages\": []}";

  @Test
  void a_bad_request_is_refused_in_the_apis_shape_and_takes_no_reply_of_the_script()
      throws Exception {
    Script script = Script.sequence(ModelReply.text("one"), ModelReply.text("two"));
    try (TestedModel model = TestedModel.strict(script)) {
      HttpResponse<String> response = model.post("/v1/messages", BAD);

      assertEquals(400, response.statusCode());
      assertError("invalid_request_error", "max_tokens: Field required", response);
      assertEquals("one", model.whole().at("/content/0/text").asText());
    }
  }

  @Test
  void a_refused_request_is_kept_with_the_reason() throws Exception {
    try (TestedModel model = TestedModel.strict(Script.always(ModelReply.text("ok")))) {
      model.post("/v1/messages", BAD);
      model.whole();

      assertEquals(
          List.of(Optional.of("max_tokens: Field required"), Optional.empty()),
          model.offline.requests().stream().map(ModelRequest::refusal).toList());
      assertEquals("opus", model.offline.requests().getFirst().model());
    }
  }

  @Test
  void a_model_that_is_not_strict_takes_anything() throws Exception {
    try (TestedModel model = new TestedModel(ModelReply.text("ok"))) {
      assertEquals(200, model.post("/v1/messages", BAD).statusCode());
      assertEquals(Optional.empty(), model.offline.requests().getFirst().refusal());
    }
  }

  @Test
  void requests_of_the_responses_api_are_not_looked_at() throws Exception {
    try (TestedModel model = TestedModel.strict(Script.always(ModelReply.text("ok")))) {
      HttpResponse<String> response = model.askResponses(true);

      assertEquals(200, response.statusCode());
      assertTrue(response.body().contains("ok"), response::body);
    }
  }
}
