package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelPrices;
import com.clawdforge.core.model.ModelTokens;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider does for a request beside its answer, such as to compact the context or to ask
 * another model. It tells that as a list of parts, which also has the answer itself; the counts of
 * the whole leave the other parts out. For one thread at a time.
 */
final class BesideAnswer {
  private static final String ANSWER = "message";
  private static final Pattern COUNT = Pattern.compile("\\d{1,15}");

  private String type = "";
  private @Nullable String model;
  private long input;
  private long output;
  private long cacheRead;
  private long cacheWrite;
  private long cacheWriteHour;
  private BigDecimal ofList = BigDecimal.ZERO;
  private BigDecimal ofListIfFast = BigDecimal.ZERO;
  private BigDecimal cost = BigDecimal.ZERO;
  private BigDecimal costIfFast = BigDecimal.ZERO;

  /** A value of the present part. */
  void value(String member, String value) {
    if (member.equals("type")) {
      type = value;
    } else if (member.equals("model")) {
      model = value;
    } else if (COUNT.matcher(value).matches()) {
      count(member, Long.parseLong(value));
    }
  }

  private void count(String member, long count) {
    switch (member) {
      case "input_tokens" -> input = count;
      case "output_tokens" -> output = count;
      case "cache_read_input_tokens" -> cacheRead = count;
      case "cache_creation_input_tokens" -> cacheWrite = count;
      case "cache_creation.ephemeral_1h_input_tokens" -> cacheWriteHour = count;
      default -> {}
    }
  }

  /**
   * The part is complete.
   *
   * @param answering the model of a part that names none; null if that is not known
   */
  void endPart(@Nullable String answering) {
    if (!type.equals(ANSWER)) {
      @Nullable String asked = model == null ? answering : model;
      ofList = ofList.add(ModelPrices.cost(asked, tokens(false)));
      ofListIfFast = ofListIfFast.add(ModelPrices.cost(asked, tokens(true)));
    }
    type = "";
    model = null;
    input = 0;
    output = 0;
    cacheRead = 0;
    cacheWrite = 0;
    cacheWriteHour = 0;
  }

  private ModelTokens tokens(boolean fast) {
    return new ModelTokens(
        input, output, cacheRead, cacheWrite - cacheWriteHour, cacheWriteHour, 0, fast);
  }

  /** The list is complete; a later one has all that this one has. */
  void endList() {
    cost = cost.max(ofList);
    costIfFast = costIfFast.max(ofListIfFast);
    ofList = BigDecimal.ZERO;
    ofListIfFast = BigDecimal.ZERO;
  }

  BigDecimal costUsd(boolean fast) {
    return fast ? costIfFast : cost;
  }
}
