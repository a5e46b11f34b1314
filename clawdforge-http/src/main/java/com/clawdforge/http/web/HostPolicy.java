package com.clawdforge.http.web;

import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Host} values that this server accepts. A web page whose own name was pointed here (DNS
 * rebinding) sends a name that is not on the list.
 */
final class HostPolicy {
  private final Set<String> allowed;

  // Most requests have the same one as the request before.
  private volatile @Nullable String accepted;

  /**
   * @param allowed names or addresses, with or without port; empty for any
   */
  HostPolicy(List<String> allowed) {
    this.allowed = allowed.stream().map(HostPolicy::name).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Refuses a {@code Host} that is not accepted.
   *
   * @param probe whether the request is one of monitoring, which calls by address; no web page
   *     whose own name was pointed here can do that
   */
  void check(@Nullable String hostHeader, boolean probe) {
    if (allowed.isEmpty()) {
      return;
    }
    if (hostHeader != null && hostHeader.equals(accepted)) {
      return;
    }
    String name = hostHeader == null ? "" : name(hostHeader);
    if (!allowed.contains(name) && !local(name) && !(probe && isAddress(name))) {
      throw Refusal.of(
          ErrorCode.MISDIRECTED_REQUEST,
          "this server is not called by that Host; see its settings");
    }
    if (!probe) {
      accepted = hostHeader;
    }
  }

  private static boolean isAddress(String name) {
    try {
      Cidr.address(name);
      return true;
    } catch (IllegalArgumentException aName) {
      return false;
    }
  }

  private static boolean local(String name) {
    if (name.equals("localhost")) {
      return true;
    }
    try {
      return Cidr.address(name).isLoopbackAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  /** Strips port, brackets and trailing dot, and converts to lower case. */
  private static String name(String host) {
    String trimmed = host.trim().toLowerCase(Locale.ROOT);
    if (trimmed.startsWith("[")) {
      int end = trimmed.indexOf(']');
      return end < 0 ? trimmed : trimmed.substring(1, end);
    }
    int colon = trimmed.indexOf(':');
    boolean port = colon >= 0 && trimmed.indexOf(':', colon + 1) < 0;
    String name = port ? trimmed.substring(0, colon) : trimmed;
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
