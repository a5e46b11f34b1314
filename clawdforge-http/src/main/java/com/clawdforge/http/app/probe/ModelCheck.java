package com.clawdforge.http.app.probe;

import static com.clawdforge.http.app.probe.Check.fault;
import static com.clawdforge.http.app.probe.Check.note;
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
      return direct(way);
    }
    StringBuilder what = new StringBuilder("through the server, without a credential: runs");
    Set<String> others = new TreeSet<>(config.limits().sessions().agents());
    if (config.agents().isDirect("claude") && others.remove("claude")) {
      what.append(" and sessions of claude");
    }
    if (others.contains("claude") && isRequired()) {
      return fault(
          "sessions of claude on acpx have the login, and ask directly",
          "unset CLAWDFORGE_SESSION_DRIVER, or set CLAWDFORGE_MODEL_PROXY to auto");
    }
    if (ModelWay.ofCodex(config).upstream().isPresent() && others.remove("codex")) {
      what.append(
          "; through it too, unless codex has a login or a provider of its own: its sessions");
    }
    if (!others.isEmpty()) {
      what.append("; directly, with what is in the environment: sessions of ")
          .append(String.join(", ", others));
    }
    return ok(what.toString());
  }

  private boolean isRequired() {
    return config.agents().modelProxy() == ModelWay.Wish.ON;
  }

  private Check.Finding direct(ModelWay way) {
    String what = "direct, agents have the login: " + way.why();
    if (isRequired()) {
      return fault(what, "change that, or set CLAWDFORGE_MODEL_PROXY to auto");
    }
    return way.exposed()
        ? note(
            what,
            "whoever may run commands can take the credential of the server's environment along:"
                + " change that, or set CLAWDFORGE_MODEL_PROXY to off if it shall be so")
        : ok(what);
  }
}
