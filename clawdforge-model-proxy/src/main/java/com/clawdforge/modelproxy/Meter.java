package com.clawdforge.modelproxy;

import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.model.ModelPrices;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelTokens;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Measures one request to the provider while it passes, and tells the watch once what it came to.
 * What the provider does not tell is guessed on the safe side: whoever breaks an answer off before
 * its counts come shall pay for it all the same. Safe for any thread.
 */
final class Meter {
  /** Of text there are no fewer in a token. */
  private static final int BYTES_OF_TOKEN = 3;

  /** What an answer has at least that does not come in pieces, and is whole before it comes. */
  private static final long LEAST_OUTPUT = 1_000;

  /** No model takes more, whatever is sent; of a file there are many bytes in a token. */
  private static final long MOST_INPUT = 1_000_000;

  /** No model is faster; what it thinks is charged for, and not always shown. */
  private static final long TOKENS_PER_SECOND = 250;

  /**
   * What a request is taken for while it is under way: nobody knows its model before it is read.
   */
  private static final String USUAL_MODEL = "claude-opus-5";

  private static final long USUAL_OUTPUT = 2_000;

  private static final int LOWEST_ERROR = 300;
  private static final long LONGEST_WAIT_SECS = 365L * 24 * 3600;

  private final ModelWatch watch;
  private final String account;
  private final boolean priced;
  private final LongSupplier nanos;
  private final RequestReader request = new RequestReader();
  private @Nullable ModelUser user;
  private @Nullable ModelUser begunBy;
  private BigDecimal estimated = BigDecimal.ZERO;
  private long sentAt;
  private long asked;
  private int status;
  private @Nullable Duration firstByte;
  private @Nullable Duration retryAfter;
  private @Nullable AnswerReader reader;
  private boolean events;
  private boolean compressed;
  private long passed;
  private boolean over;

  /**
   * @param account by which the provider is asked
   * @param priced whether the provider charges for such a request
   */
  Meter(ModelWatch watch, String account, boolean priced) {
    this(watch, account, priced, System::nanoTime);
  }

  Meter(ModelWatch watch, String account, boolean priced, LongSupplier nanos) {
    this.nanos = nanos;
    this.watch = watch;
    this.account = account;
    this.priced = priced;
  }

  /** Whether the provider charges for it. */
  boolean isPriced() {
    return priced;
  }

  /**
   * It is about to be sent, if it may be.
   *
   * @param bytes of its body, or -1 if they are not known
   * @return false if it has to wait; else {@link #end} or {@link #withdraw} follows
   */
  boolean mayBegin(ModelUser whose, long bytes) {
    if (!priced) {
      return true;
    }
    long input = bytes < 0 ? MOST_INPUT : Math.min(MOST_INPUT, bytes / BYTES_OF_TOKEN);
    BigDecimal estimate = ModelPrices.cost(USUAL_MODEL, ModelTokens.of(input, USUAL_OUTPUT));
    boolean may = watch.begins(whose, estimate);
    if (may) {
      synchronized (this) {
        begunBy = whose;
        estimated = estimate;
      }
    }
    return may;
  }

  /** It is not sent after all. */
  synchronized void withdraw() {
    if (begunBy != null) {
      watch.ended(begunBy, estimated);
      begunBy = null;
    }
  }

  /** It is about to be sent. */
  synchronized void begin(ModelUser whose) {
    user = whose;
    sentAt = nanos.getAsLong();
  }

  /** A part of the request's body is on its way; leaves the buffer as it is. */
  synchronized void asked(ByteBuffer part) {
    asked += part.remaining();
    if (priced) {
      request.read(part);
    }
  }

  /** The head of the answer is here. */
  synchronized void answered(int answeredStatus, HttpFields headers) {
    status = answeredStatus;
    firstByte = sinceSent();
    retryAfter = retryAfter(headers);
    String type = String.valueOf(headers.get(HttpHeader.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
    @Nullable String encoding = headers.get(HttpHeader.CONTENT_ENCODING);
    events = type.startsWith("text/event-stream");
    compressed = encoding != null && !encoding.equalsIgnoreCase("identity");
    if (!compressed && (events || type.startsWith("application/json"))) {
      reader = new AnswerReader(events);
    }
    List<AccountLimit> limits =
        LimitHeaders.of(account, status, headers, retryAfter, Instant.now());
    if (!limits.isEmpty()) {
      watch.limits(limits);
    }
  }

  private static @Nullable Duration retryAfter(HttpFields headers) {
    @Nullable String told = headers.get(HttpHeader.RETRY_AFTER);
    try {
      long seconds = told == null ? -1 : Long.parseLong(told.strip());
      return seconds < 0 || seconds > LONGEST_WAIT_SECS ? null : Duration.ofSeconds(seconds);
    } catch (NumberFormatException date) {
      return null;
    }
  }

  /** A part of the answer is about to be passed on; leaves the buffer as it is. */
  synchronized void passes(ByteBuffer part) {
    if (over) {
      return;
    }
    passed += part.remaining();
    if (reader != null) {
      reader.read(part);
      if (reader.isComplete()) {
        end(ModelRequest.Outcome.ANSWERED);
      }
    }
  }

  /**
   * It has come to its end, or the provider has broken it off, or it was refused; of several ends
   * the first counts.
   */
  synchronized void end(ModelRequest.Outcome outcome) {
    end(outcome, false);
  }

  /** It is broken off on the agent's side; what the provider has done by then may have a price. */
  synchronized void cutOff() {
    end(ModelRequest.Outcome.BROKEN_OFF, status == 0 && asked > 0);
  }

  private void end(ModelRequest.Outcome outcome, boolean cut) {
    if (over || user == null) {
      return;
    }
    over = true;
    boolean answered = status > 0 && status < LOWEST_ERROR;
    boolean told = reader != null && reader.isComplete() && reader.isCounted();
    boolean guessed = priced && (answered ? !told : cut);
    ModelTokens tokens =
        guessed
            ? guess()
            : priced && answered && reader != null ? reader.tokens() : ModelTokens.NONE;
    @Nullable String model = reader == null || !answered ? null : reader.model();
    BigDecimal beside = priced && answered && reader != null ? reader.besideUsd() : BigDecimal.ZERO;
    watch.over(
        new ModelRequest(
            user,
            outcome,
            status,
            model,
            tokens,
            guessed,
            ModelPrices.cost(model == null ? request.model() : model, tokens).add(beside),
            firstByte,
            sinceSent(),
            retryAfter));
    // After its cost is counted: what is left is never seen as more than it is.
    withdraw();
  }

  private ModelTokens guess() {
    ModelTokens known = reader == null ? ModelTokens.NONE : reader.tokens();
    long ofPieces = reader == null ? 0 : reader.pieces() / BYTES_OF_TOKEN;
    boolean inPieces = events && reader != null;
    long whole =
        status == 0 || inPieces
            ? 0
            : Math.max(LEAST_OUTPUT, compressed ? passed : passed / BYTES_OF_TOKEN);
    long unseen = sinceSent().toMillis() * TOKENS_PER_SECOND / 1000;
    @Nullable Long most = request.most();
    if (most != null) {
      unseen = Math.min(unseen, most);
    }
    return new ModelTokens(
        reader != null && reader.isCounted()
            ? known.input()
            : Math.min(MOST_INPUT, asked / BYTES_OF_TOKEN),
        Math.max(Math.max(known.output(), unseen), Math.max(ofPieces, whole)),
        known.cacheRead(),
        known.cacheWrite(),
        known.cacheWriteHour(),
        known.searches(),
        known.fast());
  }

  private Duration sinceSent() {
    return Duration.ofNanos(nanos.getAsLong() - sentAt);
  }
}
