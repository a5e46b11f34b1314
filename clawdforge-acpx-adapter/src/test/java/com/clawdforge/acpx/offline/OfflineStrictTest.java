package com.clawdforge.acpx.offline;

import static com.clawdforge.acpx.offline.TestedModel.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.offline.ModelReply.Block;
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
  void half_a_pair_is_refused_too() throws Exception {
    try (TestedModel model = TestedModel.strict(Script.always(ModelReply.text("ok")))) {
      String body = Objections.withMessages("[{\"role\": \"user\", \"content\": \"\\ud83d\"}]");

      assertError("invalid_request_error", "no low surrogate", model.post("/v1/messages", body));
      assertEquals(1, model.offline.requests().size());
    }
  }

  @Test
  void thinking_may_be_sent_back_as_it_came_streamed_or_whole() throws Exception {
    ModelReply thought = ModelReply.message(new Block.Thinking("2 and 2"), new Block.Text("four"));
    try (TestedModel model = TestedModel.strict(Script.always(thought))) {
      String streamed = model.streamed().get(3).at("/delta/signature").asText();
      String whole = model.whole().at("/content/0/signature").asText();

      assertEquals(200, model.post("/v1/messages", goingOn(streamed)).statusCode());
      assertEquals(200, model.post("/v1/messages", goingOn(whole)).statusCode());
      assertEquals(400, model.post("/v1/messages", goingOn("mine")).statusCode());
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

  private static String goingOn(String signature) {
    return Objections.withMessages(
        """
        [{"role": "user", "content": "2+2?"},
         {"role": "assistant", "content": [
           {"type": "thinking", "thinking": "2 and 2", "signature": "%s"},
           {"type": "text", "text": "four"}]},
         {"role": "user", "content": "sure?"}]
        """
            .formatted(signature));
  }
}
