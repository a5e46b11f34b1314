package com.clawdforge.http.app.probe;

import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.config.ModelWay;
import java.util.Set;
import java.util.TreeSet;

/** Whether agents have the credential, or reach their model through the server, which has it. */
final class ModelCheck {
  static final String NAME = "way to the model";

  private final GatewayConfig config;

  ModelCheck(GatewayConfig config) {
    this.config = config;
  }

  Check.Finding look() {
    ModelWay way = ModelWay.of(config);
    if (way.upstream().isEmpty()) {
      return ok("direct, agents have the login: " + way.why());
    }
    StringBuilder what = new StringBuilder("through the server, without a credential: runs");
    Set<String> others = new TreeSet<>(config.limits().sessions().agents());
    if (config.agents().isDirect("claude") && others.remove("claude")) {
      what.append(" and sessions of claude");
    }
    if (!others.isEmpty()) {
      what.append("; directly, with what is in the environment: sessions of ")
          .append(String.join(", ", others));
    }
    return ok(what.toString());
  }
}
