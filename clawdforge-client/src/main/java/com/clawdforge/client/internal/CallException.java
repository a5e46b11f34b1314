package com.clawdforge.client.internal;

import org.jspecify.annotations.Nullable;

/** A call that failed. The API throws it as a {@code ForgeException}. */
public abstract sealed class CallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private CallException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Returns the message of an exception, or its class: some of the JDK's have no message. */
  public static String describe(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** The gateway, or a proxy in front of it, answered with an error. */
  public static final class Refused extends CallException {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    public Refused(Problem problem) {
      super(problem.message(), null);
      this.problem = problem;
    }

    public Problem problem() {
      return problem;
    }
  }

  /** No usable answer arrived. */
  public static final class Failed extends CallException {
    private static final long serialVersionUID = 1L;

    public Failed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
