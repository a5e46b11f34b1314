package com.clawdforge.http.app;

/** A mistake in the configuration; the message is one line that names the variable. */
final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
