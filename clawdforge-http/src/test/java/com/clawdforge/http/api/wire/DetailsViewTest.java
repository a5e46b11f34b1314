package com.clawdforge.http.api.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.clawdforge.core.agent.AgentDetails;
import com.clawdforge.core.agent.ProviderRetry;
import com.clawdforge.core.agent.Usage;
import com.clawdforge.http.web.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DetailsViewTest {
  @Test
  void nothing_is_shown_of_what_is_not_known() {
    assertEquals("{}", Json.text(DetailsView.of(AgentDetails.NONE)));
  }

  @Test
  void what_is_known_is_shown_in_the_words_of_the_contract() {
    AgentDetails details =
        new AgentDetails(
            List.of(
                new ProviderRetry(529, "overloaded", Duration.ofMillis(1500)),
                new ProviderRetry(0, null, Duration.ZERO)),
            List.of("one", "two"),
            List.of(
                new AgentDetails.ModelUse("m-1", new Usage(1, 2, 3, 4), new BigDecimal("0.000141")),
                new AgentDetails.ModelUse("m-2", new Usage(5, 6, 7, 8), null)),
            "aborted",
            List.of(),
            null);

    assertEquals(
        "{\"warnings\":[\"one\",\"two\"],"
            + "\"retries\":[{\"status\":529,\"error\":\"overloaded\",\"delay_ms\":1500},"
            + "{\"status\":null,\"error\":null,\"delay_ms\":0}],"
            + "\"model_usage\":{\"m-1\":{\"input_tokens\":1,\"output_tokens\":2,"
            + "\"cache_read_input_tokens\":3,\"cache_creation_input_tokens\":4,"
            + "\"cost_usd\":0.000141},"
            + "\"m-2\":{\"input_tokens\":5,\"output_tokens\":6,\"cache_read_input_tokens\":7,"
            + "\"cache_creation_input_tokens\":8,\"cost_usd\":null}},"
            + "\"terminal_reason\":\"aborted\"}",
        Json.text(DetailsView.of(details)));
  }
}
