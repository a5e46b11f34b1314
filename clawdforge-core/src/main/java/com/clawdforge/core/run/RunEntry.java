package com.clawdforge.core.run;

import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.share.Budgets;
import com.clawdforge.core.share.HeldPrompt;
import com.clawdforge.core.share.ModelSpending;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.Load;
import com.clawdforge.core.work.Places;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a run what it holds from its acceptance on: a place or a claim to one, money, its prompt.
 */
final class RunEntry {
  private final Shares shares;
  private final RunLimits limits;
  private final Clock clock;
  private final Places places;

  RunEntry(Shares shares, RunLimits limits, Clock clock) {
    this.shares = shares;
    this.limits = limits;
    this.clock = clock;
    this.places = shares.places(limits.maxConcurrent(), limits.maxWaiting());
  }

  /**
   * Takes what a run needs.
   *
   * @param attachments belong to the run, and are closed if it is refused
   * @throws Refusal if there is no place, no money or no room for its prompt; then nothing is held
   */
  LiveRun enter(Caller caller, Run run, RunRequest request, List<Attachment> attachments) {
    Deque<AutoCloseable> held = new ArrayDeque<>();
    held.push(() -> Attachment.close(attachments));
    boolean entered = false;
    try {
      Budgets.Reservation reservation =
          shares.budgets().reserve(caller.tokenId(), shares.of(caller), request.maxBudgetUsd());
      held.push(reservation);
      Places.Place place =
          shares.ask(places, caller).orElseThrow(() -> shares.noPlace(caller, limits.atCapacity()));
      held.push(place);
      HeldPrompt prompt = shares.prompts().of(caller.tokenId(), request.prompt());
      held.push(prompt);
      @Nullable SystemPrompt asked = request.system();
      @Nullable HeldPrompt system =
          asked == null ? null : shares.prompts().of(caller.tokenId(), asked.text());
      if (system != null) {
        held.push(system);
      }
      if (!place.granted()) {
        prompt.putAside();
        if (system != null) {
          system.putAside();
        }
      }
      entered = true;
      return new LiveRun(
          run,
          request.withoutTexts(),
          new LiveRun.Held(caller, attachments, place, reservation, prompt, system),
          clock);
    } finally {
      if (!entered) {
        held.forEach(RunEntry::close);
      }
    }
  }

  // None of these fails.
  private static void close(AutoCloseable held) {
    try {
      held.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Checks that the token of a run that has its place has money left.
   *
   * @throws Refusal if it has none
   */
  void requireMoney(LiveRun.Held held) {
    held.reserved().requireMoney(shares.of(held.caller()));
  }

  /**
   * Opens the account of what a run asks its model.
   *
   * @param most what it may spend, or null
   */
  ModelSpending.Account account(String runId, @Nullable BigDecimal most) {
    return shares.models().open(new ModelUser(ModelUser.Kind.RUN, runId), most, missing -> null);
  }

  /** Why a run that waited got no place in time. */
  Refusal noPlace(Caller caller) {
    return shares.noPlace(caller, limits.atCapacity());
  }

  Load load(int inFlight) {
    return Load.of(places.taken(), inFlight, limits.maxConcurrent());
  }
}
