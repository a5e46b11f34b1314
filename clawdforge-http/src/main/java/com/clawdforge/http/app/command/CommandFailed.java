package com.clawdforge.http.app.command;

import org.jspecify.annotations.Nullable;

/** A command that cannot do its work; the message is one line that says what to do about it. */
public final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
