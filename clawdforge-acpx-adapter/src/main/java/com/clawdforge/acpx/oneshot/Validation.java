package com.clawdforge.acpx.oneshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import com.networknt.schema.regex.RegularExpressions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One validation with a time limit: a schema of a few lines can require endless work, through a
 * regular expression that backtracks or references that double, and no run may hold a thread and
 * its place for that.
 */
final class Validation extends ExecutionContext {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final long deadlineNanos = deadline();

  private Validation() {
    // Only the first error is reported, and all of them could fill the memory.
    super(ExecutionConfig.builder().failFast(true).build());
  }

  /** The validation takes too long. */
  static final class Overtime extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Overtime() {
      super("it takes too long to apply", null, false, false);
    }
  }

  /**
   * The first error, if there is one.
   *
   * @throws Overtime after a second or two
   */
  static List<Error> errors(Schema schema, JsonNode instance) {
    return schema.validate(new Validation(), instance, OutputFormat.DEFAULT);
  }

  /** Regular expressions like the validator's own, but with a time limit. */
  static RegularExpressionFactory expressions() {
    return Validation::expression;
  }

  private static RegularExpression expression(String expression) {
    Pattern pattern =
        Pattern.compile(
            RegularExpressions.replaceLongformCharacterProperties(
                RegularExpressions.replaceDollarAnchors(expression)));
    return text -> pattern.matcher(new Watched(text, deadline())).find();
  }

  // Called before each keyword.
  @Override
  public void evaluationPathAddLast(String keyword) {
    refuseOvertime(deadlineNanos);
    super.evaluationPathAddLast(keyword);
  }

  private static long deadline() {
    return System.nanoTime() + PATIENCE.toNanos();
  }

  private static void refuseOvertime(long deadlineNanos) {
    if (System.nanoTime() - deadlineNanos > 0) {
      throw new Overtime();
    }
  }

  /** A matcher can be stopped only by the text that it reads. */
  private static final class Watched implements CharSequence {
    private static final int LOOK_EVERY = 1 << 10;

    private final CharSequence text;
    private final long deadlineNanos;
    private int reads;

    private Watched(CharSequence text, long deadlineNanos) {
      this.text = text;
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public char charAt(int index) {
      if (++reads % LOOK_EVERY == 0) {
        refuseOvertime(deadlineNanos);
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Watched(text.subSequence(start, end), deadlineNanos);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
