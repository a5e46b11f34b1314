package com.clawdforge.http.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.agent.AgentFailure;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.core.agent.ProviderLimit;
import com.clawdforge.core.agent.SampleDetails;
import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.TestModelRequest;
import com.clawdforge.core.share.Shares;
import com.clawdforge.core.work.Load;
import com.clawdforge.http.kit.TestServer;
import com.clawdforge.http.metrics.AgentUsage;
import com.clawdforge.http.metrics.GatewayMetrics;
import com.clawdforge.http.metrics.GatewayState;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every metric of the dashboards and alerts exists on a server that has done some work. */
final class OperationsFilesTest {
  private static final Path OPS =
      Path.of(System.getProperty("clawdforge.root", "..")).resolve("ops");
  private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)})? .*");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
  private static final Pattern ASKED =
      Pattern.compile("\\b((?:clawdforge|jvm|process|system)_[a-z0-9_]+)(\\{[^}]*})?");
  private static final Pattern SELECTED = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on|without)\\s*\\(([^)]*)\\)");
  private static final Pattern EXPRESSION = Pattern.compile("(?m)^\\s+expr: (.*)$");
  private static final Set<String> PROMETHEUS_OWN = Set.of("le", "instance", "job");

  @Test
  void every_metric_and_label_of_the_dashboard_is_exposed() throws Exception {
    List<String> expressions = dashboardExpressions();

    assertTrue(expressions.size() > 20, "only " + expressions.size());
    assertExposed(expressions);
  }

  @Test
  void every_metric_of_the_gateway_is_on_the_dashboard() throws Exception {
    String asked = String.join("\n", dashboardExpressions());

    assertEquals(Set.of(), gatewayMetrics(name -> !asked.contains(name)));
  }

  @Test
  void panels_of_the_dashboard_have_ids_and_places_of_their_own() throws Exception {
    Map<Integer, String> ids = new TreeMap<>();
    Map<String, String> cells = new TreeMap<>();
    List<String> clashes = new ArrayList<>();
    for (JsonNode panel : dashboard().path("panels")) {
      String title = panel.path("title").asText();
      JsonNode at = panel.path("gridPos");
      clash(clashes, title, ids.put(panel.path("id").asInt(), title));
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          clash(clashes, title, cells.put(x + "," + y, title));
        }
      }
    }

    assertEquals(List.of(), clashes);
  }

  private static void clash(List<String> clashes, String title, @Nullable String other) {
    if (other != null) {
      clashes.add(title + " and " + other);
    }
  }

  @Test
  void every_metric_and_label_of_the_alerts_is_exposed() throws Exception {
    List<String> expressions = new ArrayList<>();
    Matcher matcher = EXPRESSION.matcher(Files.readString(OPS.resolve("prometheus/alerts.yml")));
    while (matcher.find()) {
      expressions.add(matcher.group(1));
    }

    assertTrue(expressions.size() > 8, "only " + expressions.size());
    assertExposed(expressions);
  }

  @Test
  void every_metric_of_the_gateway_is_described_in_the_page() throws Exception {
    String page = Files.readString(OPS.resolveSibling("docs/operations.md"));

    assertEquals(Set.of(), gatewayMetrics(name -> !page.contains("`" + name)));
  }

  private static JsonNode dashboard() throws IOException {
    return new JsonMapper().readTree(OPS.resolve("grafana/clawdforge.json").toFile());
  }

  private static List<String> dashboardExpressions() throws IOException {
    return dashboard().findValues("expr").stream().map(JsonNode::asText).toList();
  }

  private static Set<String> gatewayMetrics(Predicate<String> which) throws Exception {
    return exposed().keySet().stream()
        .filter(name -> name.startsWith("clawdforge_"))
        .map(name -> name.replaceFirst("_(bucket|count|sum|max)$", ""))
        .filter(which)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertExposed(List<String> expressions) throws Exception {
    Map<String, Set<String>> exposed = exposed();
    List<String> wrong = new ArrayList<>();
    for (String expression : expressions) {
      Set<String> labels = new HashSet<>(PROMETHEUS_OWN);
      Matcher asked = ASKED.matcher(expression);
      while (asked.find()) {
        Set<String> its = exposed.get(asked.group(1));
        if (its == null) {
          wrong.add(asked.group(1) + " of " + expression);
          continue;
        }
        labels.addAll(its);
        Matcher selected = SELECTED.matcher(asked.group(2) == null ? "" : asked.group(2));
        while (selected.find()) {
          if (!its.contains(selected.group(1)) && !PROMETHEUS_OWN.contains(selected.group(1))) {
            wrong.add(selected.group(1) + " of " + expression);
          }
        }
      }
      Matcher grouped = GROUPED.matcher(expression);
      while (grouped.find()) {
        Arrays.stream(grouped.group(1).split(",", -1))
            .map(String::strip)
            .filter(label -> !labels.contains(label))
            .forEach(label -> wrong.add(label + " of " + expression));
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** The labels of each metric of a server that has done some work. */
  private static Map<String, Set<String>> exposed() throws Exception {
    try (GatewayMetrics metrics = new GatewayMetrics("1.0", List.of("busy"), () -> 0)) {
      metrics.show(OperationsFilesTest::state);
      metrics.show(Shares.ofMemory());
      metrics.ledger().wrote(Duration.ZERO, Duration.ZERO);
      metrics
          .models()
          .over(TestModelRequest.costing(new ModelUser(ModelUser.Kind.RUN, "run-1"), "0.5"));
      TestServer.Setup setup = TestServer.setup();
      setup.agents =
          FakeAgentRunner.scriptedTurns(
              (session, prompt) ->
                  prompt.text().equals("fail")
                      ? FakeRun.fails(AgentFailure.FAILED, "no", "")
                      : FakeRun.turn("ok")
                          .inConversation("after " + prompt.text())
                          .reporting(SampleDetails.FULL));
      setup.work = metrics.work();
      setup.requests = metrics.requests();
      setup.metrics = metrics::scrape;
      try (TestServer forge = setup.start()) {
        forge.run("{\"prompt\":\"p\"}");
        String session = forge.open();
        for (String prompt : List.of("one", "two", "fail")) {
          forge.turn(session, "{\"prompt\":\"" + prompt + "\"}");
        }
        return parsed(forge.admin(forge.to("/metrics")).body());
      }
    }
  }

  private static GatewayState state() {
    Load idle = new Load(0, 0, 1);
    return new GatewayState(
        Map.of("store", true),
        Optional.of(true),
        idle,
        idle,
        0,
        1,
        OptionalLong.of(1),
        Optional.of(new AgentUsage(1, 1)),
        List.of(
            new AccountLimit(
                "api_key", new ProviderLimit("five_hour", "allowed", 0.5, Instant.EPOCH))));
  }

  private static Map<String, Set<String>> parsed(String exposition) throws IOException {
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : exposition.lines().filter(each -> !each.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (!sample.matches()) {
        throw new IOException("not a sample: " + line);
      }
      Set<String> its = labels.computeIfAbsent(sample.group(1), none -> new HashSet<>());
      Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
      while (label.find()) {
        its.add(label.group(1));
      }
    }
    return labels;
  }
}
