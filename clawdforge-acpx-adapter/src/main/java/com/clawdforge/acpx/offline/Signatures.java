package com.clawdforge.acpx.offline;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The signatures of all thinking that one model has sent. Safe for any thread. */
final class Signatures {
  // The real ones are longer. They are opaque to a client, so the length says nothing.
  private static final int BYTES = 96;

  private final SecureRandom random = new SecureRandom();
  private final Set<String> given = ConcurrentHashMap.newKeySet();

  /** A new one, which is given from now on. */
  String give() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String signature = Base64.getEncoder().encodeToString(bytes);
    given.add(signature);
    return signature;
  }

  boolean gave(String signature) {
    return given.contains(signature);
  }
}
