package com.clawdforge.http.app.command;

import com.clawdforge.client.ForgeAdmin;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.TokenShares;
import com.clawdforge.client.TokenUsage;
import com.clawdforge.client.UsageTotal;
import com.clawdforge.http.app.terminal.Views;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "usage",
    description = {
      "Shows what this token has used, its limits and what is left of them.",
      "With --by it shows what all apps have used, for the administrator."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: clawdforge usage --json | jq .use.spent_today_usd",
      "Example: clawdforge usage --by model",
      "",
      "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN, or with --by"
          + " CLAWDFORGE_ADMIN_TOKEN."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class UsageCommand implements Callable<Integer> {
  private static final String ROW = "%-20s %14s %14s %14s%s%n";
  private static final String NONE = "-";

  @Spec private CommandSpec spec;
  @Mixin private Connection connection;

  @Option(
      names = "--by",
      description = "Sums of all apps, for the administrator: ${COMPLETION-CANDIDATES}.")
  private UsageTotal.@Nullable By by;

  @Option(names = "--json", description = "One JSON object, or with --by one per line.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (by == null) {
      own(out);
    } else {
      ofAll(by, out);
    }
    out.flush();
    return 0;
  }

  private void own(PrintWriter out) {
    try (ForgeClient client = connection.client()) {
      TokenUsage usage = client.usage();
      if (json) {
        out.println(Views.usage(usage));
      } else {
        print(usage, out);
      }
    }
  }

  private static void print(TokenUsage usage, PrintWriter out) {
    TokenShares most = usage.limits();
    out.printf(ROW, usage.name(), "used", "limit", "left", "");
    row(
        out,
        "runs and turns",
        usage.running(),
        most.maxConcurrent(),
        usage.placesLeft(),
        waiting(usage));
    row(out, "open sessions", usage.openSessions(), most.maxSessions(), usage.sessionsLeft(), "");
    row(out, "requests a minute", null, most.requestsPerMinute(), null, "");
    row(
        out,
        "bytes of uploads",
        usage.storageBytes(),
        most.maxStorageBytes(),
        usage.storageLeft(),
        "");
    row(
        out,
        "USD today",
        usage.spentTodayUsd(),
        most.dailyBudgetUsd(),
        usage.leftTodayUsd(),
        until(usage.dayEnds()));
    row(
        out,
        "USD this month",
        usage.spentThisMonthUsd(),
        most.monthlyBudgetUsd(),
        usage.leftThisMonthUsd(),
        until(usage.monthEnds()));
    if (usage.reservedUsd().signum() > 0) {
      row(out, "USD reserved", usage.reservedUsd(), null, null, "  by work that is not over");
    }
  }

  private static void row(
      PrintWriter out,
      String what,
      @Nullable Number used,
      @Nullable Number limit,
      @Nullable Number left,
      String note) {
    out.printf(ROW, what, shown(used), shown(limit), shown(left), note);
  }

  private static String shown(@Nullable Number number) {
    return number == null
        ? NONE
        : number instanceof BigDecimal amount ? amount.toPlainString() : number.toString();
  }

  private static String waiting(TokenUsage usage) {
    return usage.waiting() == 0
        ? ""
        : "  and %d wait, with prompts of %d bytes"
            .formatted(usage.waiting(), usage.waitingPromptBytes());
  }

  private static String until(Instant end) {
    return "  until " + end;
  }

  private void ofAll(UsageTotal.By groups, PrintWriter out) {
    try (ForgeAdmin admin = connection.admin()) {
      for (UsageTotal total : admin.usage(groups)) {
        out.println(json ? Views.usage(groups, total).toString() : line(total));
      }
    }
  }

  private static String line(UsageTotal total) {
    return String.format(
        "%-32s %6d runs, %6d turns, %12d tokens in, %10d out%s",
        Views.shown(total.group()),
        total.runs(),
        total.turns(),
        total.usage().inputTokens(),
        total.usage().outputTokens(),
        total.costUsd() == null ? "" : ", $" + total.costUsd().toPlainString());
  }
}
