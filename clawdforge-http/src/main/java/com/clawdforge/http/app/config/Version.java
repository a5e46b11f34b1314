package com.clawdforge.http.app.config;

import java.util.Optional;

/** The version of this build. */
public final class Version {
  private Version() {}

  public static String current() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
