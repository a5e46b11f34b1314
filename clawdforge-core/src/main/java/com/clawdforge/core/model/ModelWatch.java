package com.clawdforge.core.model;

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
