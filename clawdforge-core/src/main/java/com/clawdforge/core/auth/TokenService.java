package com.clawdforge.core.auth;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.agent.Permissions;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Mints, checks and revokes app tokens. Safe for any thread. */
public final class TokenService {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,64}");
  private static final Pattern AGENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int MAX_AGENTS = 32;
  private static final Duration USE_RESOLUTION = Duration.ofMinutes(1);

  private final TokenAuth tokens;
  private final Clock clock;
  private final SecureRandom random;
  private final Consumer<String> onRevoked;
  private final @Nullable Set<String> offered;
  private final TokenShares defaults;
  private final BiConsumer<String, TokenShares> onChanged;
  private final KnownTokens known = new KnownTokens();
  // Held while shares change, so that listeners hear of changes in their order.
  private final Lock changing = new ReentrantLock();

  /** Creates a service that lets a token be limited to agents of any name. */
  public TokenService(
      TokenAuth tokens, Clock clock, SecureRandom random, Consumer<String> onRevoked) {
    this(tokens, clock, random, onRevoked, null);
  }

  /**
   * @param onRevoked receives the id of each revoked token, so that its work can be cancelled
   * @param offered the agents that the server offers, to which alone a token may be limited; null
   *     for any
   */
  public TokenService(
      TokenAuth tokens,
      Clock clock,
      SecureRandom random,
      Consumer<String> onRevoked,
      @Nullable Set<String> offered) {
    this(tokens, clock, random, onRevoked, offered, TokenShares.NONE, (tokenId, shares) -> {});
  }

  /**
   * @param onRevoked receives the id of each revoked token, so that its work can be cancelled
   * @param offered the agents that the server offers, to which alone a token may be limited; null
   *     for any
   * @param defaults the shares of tokens that have none of their own
   * @param onChanged receives the id of each token whose shares change, and those in force from
   *     then on
   */
  public TokenService(
      TokenAuth tokens,
      Clock clock,
      SecureRandom random,
      Consumer<String> onRevoked,
      @Nullable Set<String> offered,
      TokenShares defaults,
      BiConsumer<String, TokenShares> onChanged) {
    this.tokens = tokens;
    this.clock = clock;
    this.random = random;
    this.onRevoked = onRevoked;
    this.offered = offered == null ? null : Set.copyOf(offered);
    this.defaults = defaults;
    this.onChanged = onChanged;
  }

  /** A token and, for the only time, its secret. */
  public record Minted(AppToken token, BearerToken secret) {}

  /** Mints a token without limits. */
  public Minted mint(String name, List<String> addresses) {
    return mint(name, addresses, null, null);
  }

  /** Mints a token whose shares are the server's defaults. */
  public Minted mint(
      String name,
      List<String> addresses,
      @Nullable List<String> agents,
      @Nullable Permissions maxPermissions) {
    return mint(name, addresses, agents, maxPermissions, Network.ALL, TokenShares.NONE);
  }

  /** Mints a token whose agents may reach all of the network. */
  public Minted mint(
      String name,
      List<String> addresses,
      @Nullable List<String> agents,
      @Nullable Permissions maxPermissions,
      TokenShares shares) {
    return mint(name, addresses, agents, maxPermissions, Network.ALL, shares);
  }

  /**
   * Mints a token.
   *
   * @param addresses blocks that it may be used from; empty for anywhere
   * @param agents the agents that it may use, 1 to 32, or null for all
   * @param maxPermissions the most that its agents may be permitted, or null for no limit
   * @param maxNetwork the most of the network that its agents may reach
   * @param shares how much of the server it may take
   * @throws Refusal {@link ErrorCode#INVALID_REQUEST} with the field, or {@link
   *     ErrorCode#NAME_TAKEN}
   */
  public Minted mint(
      String name,
      List<String> addresses,
      @Nullable List<String> agents,
      @Nullable Permissions maxPermissions,
      Network maxNetwork,
      TokenShares shares) {
    requireName(name);
    requireAgents(agents);
    shares.check();
    TokenLimits limits =
        new TokenLimits(
            agents == null ? null : Set.copyOf(agents), maxPermissions, maxNetwork, shares);
    AppToken token =
        new AppToken(
            UUID.randomUUID().toString(), name, blocks(addresses), limits, now(), null, null);
    BearerToken secret = BearerToken.mint(random);
    if (!tokens.add(token, secret.hash())) {
      throw Refusal.of(
          ErrorCode.NAME_TAKEN,
          "a live token named " + name + " exists; rotate or revoke it, or choose another name");
    }
    return new Minted(token, secret);
  }

  /** Returns the token with this secret, or empty if it was never minted or is revoked. */
  public Optional<AppToken> authenticate(BearerToken presented) {
    String hash = presented.hash();
    Optional<AppToken> found = known.find(hash, () -> tokens.findLive(hash));
    found.ifPresent(token -> noteUse(token, hash));
    return found;
  }

  public Page<AppToken> list(PageRequest page) {
    return tokens.list(page);
  }

  public void revoke(String name) {
    AppToken revoked;
    try {
      revoked = tokens.revoke(name, now()).orElseThrow(() -> noSuchToken(name));
    } finally {
      // Also if the store failed: it may have written the change all the same.
      known.forget();
    }
    onRevoked.accept(revoked.id());
  }

  public Minted rotate(String name) {
    BearerToken secret = BearerToken.mint(random);
    try {
      AppToken token = tokens.rotate(name, secret.hash()).orElseThrow(() -> noSuchToken(name));
      return new Minted(token, secret);
    } finally {
      known.forget();
    }
  }

  /**
   * Changes the shares of the live token of this name, from its next request on; for work that
   * waits already, at once.
   *
   * @param change gives the new shares for the present ones
   * @throws Refusal {@link ErrorCode#INVALID_REQUEST} with the field, or {@link
   *     ErrorCode#NOT_FOUND}
   */
  public AppToken changeShares(String name, UnaryOperator<TokenShares> change) {
    changing.lock();
    try {
      AppToken changed;
      try {
        changed =
            tokens
                .changeShares(name, shares -> checked(change.apply(shares)))
                .orElseThrow(() -> noSuchToken(name));
      } finally {
        known.forget();
      }
      onChanged.accept(changed.id(), changed.limits().shares().or(defaults));
      return changed;
    } finally {
      changing.unlock();
    }
  }

  private static TokenShares checked(TokenShares shares) {
    shares.check();
    return shares;
  }

  /** These limits with the server's defaults filled in. */
  TokenLimits inForce(TokenLimits limits) {
    return limits.with(limits.shares().or(defaults));
  }

  // One write a minute is enough to show people which tokens are unused.
  private void noteUse(AppToken token, String hash) {
    Instant now = clock.instant();
    @Nullable Instant last = token.lastUsedAt();
    if (last == null || Duration.between(last, now).compareTo(USE_RESOLUTION) >= 0) {
      tokens.used(token.id(), now);
      known.used(hash, token.id(), now);
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw Refusal.invalid("name", "name must match " + NAME.pattern());
    }
  }

  private void requireAgents(@Nullable List<String> agents) {
    if (agents == null) {
      return;
    }
    if (agents.isEmpty() || agents.size() > MAX_AGENTS) {
      throw Refusal.invalid(
          "agents",
          "agents must name 1 to " + MAX_AGENTS + " agents; leave it out to allow all of them");
    }
    if (!agents.stream().allMatch(agent -> AGENT.matcher(agent).matches())) {
      throw Refusal.invalid("agents", "each of agents must match " + AGENT.pattern());
    }
    if (new HashSet<>(agents).size() < agents.size()) {
      throw Refusal.invalid("agents", "agents names one agent twice");
    }
    for (String agent : agents) {
      if (offered != null && !offered.contains(agent)) {
        throw Refusal.invalid(
            "agents",
            "this server has no agent "
                + agent
                + "; it has "
                + String.join(", ", new TreeSet<>(offered))
                + ", and CLAWDFORGE_AGENTS lists those of sessions");
      }
    }
  }

  private static List<Cidr> blocks(List<String> addresses) {
    try {
      return addresses.stream().map(Cidr::parse).toList();
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("ip_cidrs", "ip_cidrs: " + e.getMessage());
    }
  }

  private static Refusal noSuchToken(String name) {
    return Refusal.notFound("token named", name);
  }
}
