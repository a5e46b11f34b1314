package com.clawdforge.modelproxy;

import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.model.ModelPrices;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelTokens;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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

  private static final int LOWEST_ERROR = 300;
  private static final long LONGEST_WAIT_SECS = 365L * 24 * 3600;

  private final ModelWatch watch;
  private final String account;
  private final boolean priced;
  private @Nullable ModelUser user;
  private long sentAt;
  private long asked;
  private int status;
  private @Nullable Duration firstByte;
  private @Nullable Duration retryAfter;
  private @Nullable AnswerReader reader;
  private boolean events;
  private boolean over;

  /**
   * @param account by which the provider is asked
   * @param priced whether the provider charges for such a request
   */
  Meter(ModelWatch watch, String account, boolean priced) {
    this.watch = watch;
    this.account = account;
    this.priced = priced;
  }

  /** Whether the provider charges for it. */
  boolean isPriced() {
    return priced;
  }

  /** It is about to be sent. */
  synchronized void begin(ModelUser whose) {
    user = whose;
    sentAt = System.nanoTime();
  }

  /** A part of the request's body, of so many bytes, is on its way. */
  synchronized void asked(int bytes) {
    asked += bytes;
  }

  /** The head of the answer is here. */
  synchronized void answered(int answeredStatus, HttpFields headers) {
    status = answeredStatus;
    firstByte = sinceSent();
    retryAfter = retryAfter(headers);
    String type = String.valueOf(headers.get(HttpHeader.CONTENT_TYPE)).toLowerCase(Locale.ROOT);
    @Nullable String encoding = headers.get(HttpHeader.CONTENT_ENCODING);
    events = type.startsWith("text/event-stream");
    boolean readable = encoding == null || encoding.equalsIgnoreCase("identity");
    if (readable && (events || type.startsWith("application/json"))) {
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
    if (reader != null && !over) {
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
    watch.over(
        new ModelRequest(
            user,
            outcome,
            status,
            model,
            tokens,
            guessed,
            ModelPrices.cost(model, tokens),
            firstByte,
            sinceSent(),
            retryAfter));
  }

  private ModelTokens guess() {
    ModelTokens known = reader == null ? ModelTokens.NONE : reader.tokens();
    long ofPieces = reader == null ? 0 : reader.pieces() / BYTES_OF_TOKEN;
    long whole =
        status == 0 || events
            ? 0
            : Math.max(LEAST_OUTPUT, reader == null ? 0 : reader.bytes() / BYTES_OF_TOKEN);
    return new ModelTokens(
        reader != null && reader.isCounted() ? known.input() : asked / BYTES_OF_TOKEN,
        Math.max(known.output(), Math.max(ofPieces, whole)),
        known.cacheRead(),
        known.cacheWrite(),
        known.cacheWriteHour(),
        known.searches(),
        known.fast());
  }

  private Duration sinceSent() {
    return Duration.ofNanos(System.nanoTime() - sentAt);
  }
}
