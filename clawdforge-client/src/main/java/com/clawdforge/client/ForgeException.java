package com.clawdforge.client;

import com.clawdforge.client.internal.CallException;
import org.jspecify.annotations.Nullable;

/**
 * A failed call to the gateway, or an answer of the agent that the app cannot read. No message or
 * cause ever contains a bearer token.
 */
public abstract sealed class ForgeException extends RuntimeException
    permits ForgeApiException, ForgeAnswerException, ForgeTransportException {
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
