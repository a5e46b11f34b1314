package com.clawdforge.core.model;

import java.math.BigDecimal;
import java.util.List;

/**
 * Sees the requests that agents make on their way to the model, and may hold one back. Called by
 * the threads of the way, several at once: {@link #over} must not block. What it throws is logged
 * and changes nothing.
 */
public interface ModelWatch {
  /** Sees nothing and holds nothing back. */
  ModelWatch NONE = request -> {};

  /**
   * Whether there is money left for one more request; asked before each one that could cost
   * something. It may block for a disk access, but for no longer.
   */
  default boolean hasMoney(ModelUser user) {
    return true;
  }

  /**
   * A request that could cost something is about to be sent. What it costs is known once it is
   * over; until then it is taken for an estimate. It may block for a disk access, but for no
   * longer.
   *
   * @param estimateUsd in US dollars, more than nothing
   * @return whether it may be sent now, and {@link #ended} follows once; if not, it has to wait,
   *     because those that are under way may take all that is left
   */
  default boolean begins(ModelUser user, BigDecimal estimateUsd) {
    return true;
  }

  /** A request that has begun is over, or was not sent after all; must not block. */
  default void ended(ModelUser user, BigDecimal estimateUsd) {}

  /**
   * A request is over; called once for each, before the agent has the end of its answer. So what a
   * piece of work has asked is known here once its agent has said that it is done.
   */
  void over(ModelRequest request);

  /**
   * A provider told limits of an account in the head of an answer; called for each answer that
   * tells any, and must not block.
   */
  default void limits(List<AccountLimit> limits) {}

  /** All of these; a request is held back if one of them does that. */
  static ModelWatch all(List<ModelWatch> watches) {
    List<ModelWatch> each = List.copyOf(watches);
    return new ModelWatch() {
      @Override
      public boolean hasMoney(ModelUser user) {
        return each.stream().allMatch(watch -> watch.hasMoney(user));
      }

      @Override
      public boolean begins(ModelUser user, BigDecimal estimateUsd) {
        for (int i = 0; i < each.size(); i++) {
          if (!each.get(i).begins(user, estimateUsd)) {
            each.subList(0, i).forEach(watch -> watch.ended(user, estimateUsd));
            return false;
          }
        }
        return true;
      }

      @Override
      public void ended(ModelUser user, BigDecimal estimateUsd) {
        each.forEach(watch -> watch.ended(user, estimateUsd));
      }

      @Override
      public void over(ModelRequest request) {
        each.forEach(watch -> watch.over(request));
      }

      @Override
      public void limits(List<AccountLimit> limits) {
        each.forEach(watch -> watch.limits(limits));
      }
    };
  }
}
