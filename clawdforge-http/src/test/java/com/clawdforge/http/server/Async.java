package com.clawdforge.http.server;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Something that a test waits for later. */
final class Async<T> {
  private final FutureTask<T> task;

  private Async(FutureTask<T> task) {
    this.task = task;
  }

  static <T> Async<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofVirtual().start(task);
    return new Async<>(task);
  }

  T get() throws Exception {
    return task.get(Forge.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
