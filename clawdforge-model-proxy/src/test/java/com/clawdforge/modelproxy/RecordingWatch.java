package com.clawdforge.modelproxy;

import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told, and has money until a test says that it has none. */
final class RecordingWatch implements ModelWatch {
  volatile boolean money = true;
  volatile boolean room = true;

  /** The estimates of what has begun and not ended. */
  final List<BigDecimal> underWay = new CopyOnWriteArrayList<>();

  final List<AccountLimit> accounts = new CopyOnWriteArrayList<>();
  private final BlockingQueue<ModelRequest> told = new LinkedBlockingQueue<>();

  @Override
  public boolean hasMoney(ModelUser user) {
    return money;
  }

  @Override
  public boolean begins(ModelUser user, BigDecimal estimateUsd) {
    if (room) {
      underWay.add(estimateUsd);
    }
    return room;
  }

  @Override
  public void ended(ModelUser user, BigDecimal estimateUsd) {
    if (!underWay.remove(estimateUsd)) {
      throw new IllegalStateException("it has not begun");
    }
  }

  @Override
  public void over(ModelRequest request) {
    told.add(request);
  }

  @Override
  public void limits(List<AccountLimit> limits) {
    accounts.addAll(limits);
  }

  /** The next request that is over; waits for it. */
  ModelRequest next() throws InterruptedException {
    @Nullable ModelRequest next = told.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request is over");
    }
    return next;
  }

  /** The next one that is over already. */
  ModelRequest now() {
    @Nullable ModelRequest next = told.poll();
    if (next == null) {
      throw new AssertionError("no request is over yet");
    }
    return next;
  }

  /** Whether all that was told has been looked at. */
  boolean isEmpty() {
    return told.isEmpty();
  }
}
