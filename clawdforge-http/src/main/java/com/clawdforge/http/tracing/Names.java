package com.clawdforge.http.tracing;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.AttributeKey;
import java.util.List;

/**
 * Names of attributes: those of the semantic conventions 1.41 (for GenAI still in development), and
 * our own with the prefix {@code clawdforge}.
 */
final class Names {
  static final AttributeKey<String> HTTP_METHOD = stringKey("http.request.method");
  static final AttributeKey<String> HTTP_ROUTE = stringKey("http.route");
  static final AttributeKey<Long> HTTP_STATUS = longKey("http.response.status_code");
  static final AttributeKey<String> ERROR_TYPE = stringKey("error.type");

  static final AttributeKey<String> OPERATION = stringKey("gen_ai.operation.name");
  static final AttributeKey<String> PROVIDER = stringKey("gen_ai.provider.name");
  static final AttributeKey<String> AGENT = stringKey("gen_ai.agent.name");
  static final AttributeKey<String> CONVERSATION = stringKey("gen_ai.conversation.id");
  static final AttributeKey<String> REQUEST_MODEL = stringKey("gen_ai.request.model");
  static final AttributeKey<String> RESPONSE_MODEL = stringKey("gen_ai.response.model");
  static final AttributeKey<List<String>> FINISH_REASONS =
      stringArrayKey("gen_ai.response.finish_reasons");
  static final AttributeKey<Long> INPUT_TOKENS = longKey("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT_TOKENS = longKey("gen_ai.usage.output_tokens");
  static final AttributeKey<Long> CACHE_READ = longKey("gen_ai.usage.cache_read.input_tokens");
  static final AttributeKey<Long> CACHE_CREATION =
      longKey("gen_ai.usage.cache_creation.input_tokens");

  static final AttributeKey<String> REQUEST_ID = stringKey("clawdforge.request_id");
  static final AttributeKey<String> APP = stringKey("clawdforge.app");
  static final AttributeKey<String> RUN = stringKey("clawdforge.run");
  static final AttributeKey<String> SESSION = stringKey("clawdforge.session");
  static final AttributeKey<Long> TURN = longKey("clawdforge.turn");
  static final AttributeKey<String> OUTCOME = stringKey("clawdforge.outcome");
  static final AttributeKey<Double> COST_USD = doubleKey("clawdforge.cost_usd");
  static final AttributeKey<Boolean> CONTEXT_LOST = booleanKey("clawdforge.context_lost");

  private Names() {}
}
