package com.clawdforge.acpx.offline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The requests to one model, in the order of their arrival. Safe for any thread. */
final class ModelRequests {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();
  private final List<ModelRequest> requests = new ArrayList<>();

  void add(ModelRequest request) {
    lock.lock();
    try {
      requests.add(request);
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<ModelRequest> all() {
    lock.lock();
    try {
      return List.copyOf(requests);
    } finally {
      lock.unlock();
    }
  }

  /** See {@link OfflineModel#awaitRequest}. */
  ModelRequest await(Predicate<ModelRequest> wanted, Duration atMost)
      throws InterruptedException, TimeoutException {
    long left = atMost.toNanos();
    int seen = 0;
    lock.lockInterruptibly();
    try {
      while (true) {
        for (; seen < requests.size(); seen++) {
          if (wanted.test(requests.get(seen))) {
            return requests.get(seen);
          }
        }
        if (left <= 0) {
          throw new TimeoutException("no such request within " + atMost + ", only " + requests);
        }
        left = arrival.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
