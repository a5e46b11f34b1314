package com.clawdforge.http.app.command;

import org.jspecify.annotations.Nullable;

/** A command that cannot do its work; the message is one line that says what to do about it. */
public final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitStatus;

  public CommandFailed(String message, @Nullable Throwable cause) {
    this(message, cause, 1);
  }

  private CommandFailed(String message, @Nullable Throwable cause, int exitStatus) {
    super(message, cause);
    this.exitStatus = exitStatus;
  }

  /** A command whose arguments or settings must change before anything is sent. */
  public static CommandFailed misused(String message, @Nullable Throwable cause) {
    return new CommandFailed(message, cause, 2);
  }

  /** 1, or 2 if the arguments or settings must change. */
  public int exitStatus() {
    return exitStatus;
  }
}
