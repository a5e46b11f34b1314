package com.clawdforge.modelproxy;

import com.clawdforge.core.model.ModelUser;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The grants by the hashes of their secrets: how long a look takes tells nothing about a secret.
 * Safe for any thread.
 */
final class Grants {
  /** What looks like a secret of ours is masked in logs, whoever writes them. */
  private static final String PREFIX = "cf_model_";

  private static final int BYTES = 32;

  /** Of so many grants that are closed it is known whose they were. */
  private static final int MOST_REMEMBERED = 1_000;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Grant> live = new ConcurrentHashMap<>();
  private final Map<String, ModelUser> past = new LinkedHashMap<>();

  Grant open(URI baseUrl, ModelUser user) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    String hash = hash(secret);
    Grant grant = new Grant(baseUrl, secret, user, closed -> forget(hash, closed));
    live.put(hash, grant);
    return grant;
  }

  private void forget(String hash, Grant closed) {
    live.remove(hash);
    synchronized (past) {
      past.put(hash, closed.user());
      if (past.size() > MOST_REMEMBERED) {
        past.remove(past.keySet().iterator().next());
      }
    }
  }

  Optional<Grant> find(String secret) {
    return Optional.ofNullable(live.get(hash(secret)));
  }

  /** Whose secret it was, if its grant is closed; told once for each. */
  Optional<ModelUser> takePast(String secret) {
    synchronized (past) {
      return Optional.ofNullable(past.remove(hash(secret)));
    }
  }

  void closeAll() {
    List.copyOf(live.values()).forEach(Grant::close);
  }

  private static String hash(String secret) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
