package com.clawdforge.http.api.admin;

import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.usage.UsageLedger;
import com.clawdforge.http.web.Paging;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sums of tokens and cost, for the administrator. */
public final class UsageRoutes {
  private static final String GROUP_BY = "group_by";

  private final UsageLedger ledger;

  public UsageRoutes(UsageLedger ledger) {
    this.ledger = ledger;
  }

  public void addTo(RouteTable routes) {
    routes.admin(HandlerType.GET, "/admin/usage", this::show);
  }

  private record UsageView(boolean ok, String groupBy, List<Map<String, @Nullable Object>> usage) {}

  private void show(Context ctx) throws IOException {
    UsageLedger.GroupBy groupBy = groupBy(Paging.parameter(ctx, GROUP_BY));
    List<Map<String, @Nullable Object>> usage =
        ledger.sums(groupBy).stream().map(sum -> view(wire(groupBy), sum)).toList();
    Responses.json(ctx, new UsageView(true, wire(groupBy), usage));
  }

  private static Map<String, @Nullable Object> view(String group, UsageLedger.Sum sum) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    // Null stands for a model that no caller named.
    members.put(group, sum.group().isEmpty() ? null : sum.group());
    members.put("runs", sum.runs());
    members.put("turns", sum.turns());
    members.put("input_tokens", sum.usage().inputTokens());
    members.put("output_tokens", sum.usage().outputTokens());
    members.put("cache_read_input_tokens", sum.usage().cacheReadInputTokens());
    members.put("cache_creation_input_tokens", sum.usage().cacheCreationInputTokens());
    members.put("cost_usd", sum.costUsd());
    return members;
  }

  private static UsageLedger.GroupBy groupBy(@Nullable String text) {
    if (text == null) {
      return UsageLedger.GroupBy.TOKEN;
    }
    for (UsageLedger.GroupBy groupBy : UsageLedger.GroupBy.values()) {
      if (wire(groupBy).equals(text)) {
        return groupBy;
      }
    }
    throw Refusal.invalid(
        GROUP_BY,
        GROUP_BY
            + " must be one of "
            + Arrays.stream(UsageLedger.GroupBy.values())
                .map(UsageRoutes::wire)
                .collect(Collectors.joining(", ")));
  }

  private static String wire(UsageLedger.GroupBy groupBy) {
    return groupBy.name().toLowerCase(Locale.ROOT);
  }
}
