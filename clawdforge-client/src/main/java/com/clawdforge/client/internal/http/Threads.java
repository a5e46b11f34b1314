package com.clawdforge.client.internal.http;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates the thread pools of the clients. Idle threads end after a while. */
final class Threads {
  private static final int FEWEST = 2;
  private static final int MOST = 8;
  private static final long IDLE_SECONDS = 10;

  private Threads() {}

  /**
   * A few threads for any number of connections: no task on them blocks. Without this limit the
   * JDK's client starts a thread for each answer that arrives at the same time.
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

  /** One thread for each stream that an app uploads: reading the stream may block. */
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
