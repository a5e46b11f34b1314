package com.clawdforge.http.web;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the requests in progress, so that stopping can wait for them. */
final class InFlight {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private int ordinary;
  private int streams;

  /** One request; ended once, by the thread that answers it. */
  final class Request {
    private boolean stream;

    /** Marks it as a stream of events, which a client can resume where it was cut. */
    void streams() {
      if (!stream) {
        stream = true;
        count(-1, 1);
      }
    }

    void end() {
      count(stream ? 0 : -1, stream ? -1 : 0);
    }
  }

  Request begin() {
    count(1, 0);
    return new Request();
  }

  private void count(int moreOrdinary, int moreStreams) {
    lock.lock();
    try {
      ordinary += moreOrdinary;
      streams += moreStreams;
      fewer.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all requests have ended, with a limit of its own for streams. */
  void awaitNone(Duration patience, Duration patienceWithStreams) throws InterruptedException {
    long start = System.nanoTime();
    lock.lock();
    try {
      long left = left(start, patience, patienceWithStreams);
      while (left > 0) {
        fewer.awaitNanos(left);
        left = left(start, patience, patienceWithStreams);
      }
    } finally {
      lock.unlock();
    }
  }

  private long left(long start, Duration patience, Duration patienceWithStreams) {
    long passed = System.nanoTime() - start;
    long forOrdinary = ordinary > 0 ? patience.toNanos() - passed : 0;
    long forStreams = streams > 0 ? patienceWithStreams.toNanos() - passed : 0;
    return Math.max(forOrdinary, forStreams);
  }
}
