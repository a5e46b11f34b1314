package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.MintedToken;
import com.clawdforge.client.Network;
import com.clawdforge.client.ShareChange;
import com.clawdforge.client.TokenInfo;
import com.clawdforge.client.TokenLimits;
import com.clawdforge.client.TokenShares;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Views;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "token",
    description = "Administers the tokens of a running server.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_ADMIN_TOKEN, or else"
          + " ADMIN_BOOTSTRAP_TOKEN, or else, for a server on this machine, the file admin-token in"
          + " its data folder."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class TokenCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say mint, list, limits, revoke or rotate.");
  }

  @Command(
      description = "Mints a token for an app and prints it; it is not shown again.",
      mixinStandardHelpOptions = true)
  void mint(
      @Mixin Connection connection,
      @Parameters(
              paramLabel = "NAME",
              description = "The app's name, such as cauldron.",
              converter = IdConverter.class)
          String name,
      @Option(
              names = "--cidr",
              paramLabel = "BLOCK",
              description = "Addresses that may use it, such as 172.24.0.0/16; may be repeated.")
          @Nullable List<String> cidrs,
      @Option(
              names = "--agent",
              paramLabel = "AGENT",
              split = ",",
              description = "Agents that it may use, by commas or repeated. Default: all.")
          @Nullable List<String> agents,
      @Option(
              names = "--max-permissions",
              paramLabel = "MODE|JSON",
              description =
                  "The most that its agents may be permitted: approve-all, approve-reads, deny-all,"
                      + " or a policy such as {\"auto_approve\":[\"read\",\"search\"]}.")
          @Nullable String maxPermissions,
      @Option(
              names = "--max-network",
              description =
                  "The most that its agents may reach of the network: ${COMPLETION-CANDIDATES};"
                      + " default: ${DEFAULT-VALUE}.",
              defaultValue = "ALL")
          Network maxNetwork,
      @Mixin ShareOptions shares,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    TokenLimits limits =
        limits(agents == null ? List.of() : agents, maxPermissions, maxNetwork, shares);
    try (ForgeAdmin admin = connection.admin()) {
      print(admin.mint(name, cidrs == null ? List.of() : cidrs, limits), json);
    }
  }

  private TokenLimits limits(
      List<String> agents,
      @Nullable String maxPermissions,
      Network maxNetwork,
      ShareOptions shares) {
    TokenShares asked = checked(shares::shares);
    try {
      return new TokenLimits(agents, maxPermissions, maxNetwork, asked);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--max-permissions: " + e.getMessage(), e);
    }
  }

  private <T> T checked(Supplier<T> options) {
    try {
      return options.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  @Command(
      description =
          "Changes how much of the server a token may take, at once, and shows it. The word default"
              + " takes a limit back to the server's default.",
      mixinStandardHelpOptions = true)
  void limits(
      @Mixin Connection connection,
      @Parameters(paramLabel = "NAME", converter = IdConverter.class) String name,
      @Mixin ShareOptions shares,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    ShareChange change = checked(shares::change);
    if (change.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "Say which limit to change, such as --max-sessions 5.");
    }
    try (ForgeAdmin admin = connection.admin()) {
      TokenInfo changed = admin.change(name, change);
      out(json ? Views.token(changed).toString() : line(changed));
    }
  }

  @Command(
      description = "Lists all tokens, newest first, without their secrets.",
      mixinStandardHelpOptions = true)
  void list(
      @Mixin Connection connection,
      @Option(names = "--json", description = "One JSON object per line.") boolean json) {
    try (ForgeAdmin admin = connection.admin()) {
      for (TokenInfo token : admin.tokens()) {
        out(json ? Views.token(token).toString() : line(token));
      }
    }
  }

  @Command(
      description = "Revokes a token at once and cancels its running work.",
      mixinStandardHelpOptions = true)
  void revoke(
      @Mixin Connection connection,
      @Parameters(paramLabel = "NAME", converter = IdConverter.class) String name,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    try (ForgeAdmin admin = connection.admin()) {
      admin.revoke(name);
    }
    out(json ? Views.done("name", name).toString() : name + " is revoked");
  }

  @Command(
      description = "Gives a token a new secret and prints it; the old one is invalid at once.",
      mixinStandardHelpOptions = true)
  void rotate(
      @Mixin Connection connection,
      @Parameters(paramLabel = "NAME", converter = IdConverter.class) String name,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    try (ForgeAdmin admin = connection.admin()) {
      print(admin.rotate(name), json);
    }
  }

  // Only the secret goes to standard output, so that a script can read it.
  private void print(MintedToken minted, boolean json) {
    out(json ? Views.minted(minted).toString() : minted.token());
    spec.commandLine().getErr().println("keep it: it is not shown again");
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private static String line(TokenInfo token) {
    TokenLimits limits = token.limits();
    return String.format(
        "%-24s %-8s created %s, last used %s%s%s%s%s%s",
        token.name(),
        token.revokedAt() == null ? "live" : "revoked",
        token.createdAt(),
        shown(token.lastUsedAt()),
        token.cidrs().isEmpty() ? "" : ", from " + String.join(" ", token.cidrs()),
        limits.agents().isEmpty() ? "" : ", agents " + String.join(" ", limits.agents()),
        limits.maxPermissions() == null ? "" : ", at most " + limits.maxPermissions(),
        limits.maxNetwork() == Network.ALL ? "" : ", network " + word(limits.maxNetwork()),
        shares(limits.shares()));
  }

  private static String word(Network network) {
    return network.name().toLowerCase(Locale.ROOT);
  }

  private static String shares(TokenShares shares) {
    return shown(shares.maxConcurrent(), " at once")
        + shown(shares.maxSessions(), " sessions")
        + shown(shares.requestsPerMinute(), " requests a minute")
        + shown(shares.dailyBudgetUsd(), " USD a day")
        + shown(shares.monthlyBudgetUsd(), " USD a month")
        + shown(shares.maxStorageBytes(), " bytes of uploads");
  }

  private static String shown(@Nullable Object most, String what) {
    return most == null ? "" : ", " + most + what;
  }

  private static String shown(@Nullable Instant when) {
    return when == null ? "never" : when.toString();
  }
}
