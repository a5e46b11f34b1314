package com.clawdforge.client;

import com.clawdforge.client.internal.CallException;
import org.jspecify.annotations.Nullable;

/** A call to the gateway that gave no result. No message or cause ever holds a bearer token. */
public abstract sealed class ForgeException extends RuntimeException
    permits ForgeApiException, ForgeTransportException {
  private static final long serialVersionUID = 1L;

  ForgeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static ForgeException of(CallException failure) {
    return failure instanceof CallException.Refused refused
        ? ForgeApiException.of(refused.problem())
        : new ForgeTransportException(String.valueOf(failure.getMessage()), failure.getCause());
  }
}
