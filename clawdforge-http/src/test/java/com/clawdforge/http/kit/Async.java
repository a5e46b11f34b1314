package com.clawdforge.http.kit;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A result that a test waits for later. */
public final class Async<T> {
  private final FutureTask<T> task;

  private Async(FutureTask<T> task) {
    this.task = task;
  }

  public static <T> Async<T> start(Callable<T> call) {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofVirtual().start(task);
    return new Async<>(task);
  }

  public T get() throws Exception {
    return task.get(TestServer.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
