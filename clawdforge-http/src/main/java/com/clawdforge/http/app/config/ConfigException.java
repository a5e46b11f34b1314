package com.clawdforge.http.app.config;

/** A mistake in the settings; the message is one line that names the variable. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }
}
