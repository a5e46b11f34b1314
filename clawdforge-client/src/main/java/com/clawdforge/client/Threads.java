package com.clawdforge.client;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads of the client's own. They end by themselves when there is nothing to do. */
final class Threads {
  private static final int FEWEST = 2;
  private static final int MOST = 8;
  private static final long IDLE_SECONDS = 10;

  private Threads() {}

  /**
   * A few threads for connections, however many of those there are: nothing that they do waits.
   * Without a bound of its own the JDK's client begins a thread for each answer that comes at once.
   */
  static ExecutorService forConnections() {
    int size = Math.max(FEWEST, Math.min(MOST, Runtime.getRuntime().availableProcessors()));
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            named("clawdforge-client-"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** As many threads as there are bodies that an app gives as streams, which may make them wait. */
  static ExecutorService forUploads() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        named("clawdforge-upload-"));
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
