package com.clawdforge.http.app.probe;

import static com.clawdforge.http.app.probe.Check.note;
import static com.clawdforge.http.app.probe.Check.ok;

import com.clawdforge.acpx.isolation.Isolation;
import com.clawdforge.http.app.config.GatewayConfig;
import com.clawdforge.http.app.config.ModelWay;
import java.util.Optional;

/** How far agents are kept from the network whose work may reach less than all of it. */
final class NetworkCheck {
  static final String NAME = "network of agents";

  private final GatewayConfig config;
  private final Isolation isolation;

  NetworkCheck(GatewayConfig config) {
    this.config = config;
    this.isolation = Isolation.of(config.agents().isolation());
  }

  Check.Finding look() {
    Optional<String> objection = isolation.objectionToLessNetwork();
    if (objection.isPresent()) {
      String what =
          "all reach all of it, and work that asks for less is refused: " + objection.get();
      // Where there is no isolation at all, the check of that has said so.
      return isolation.holds()
          ? note(what, "Linux 6.7 and Java 22, and newer ones, can")
          : ok(what);
    }
    return ok(
        ModelWay.of(config).upstream().isPresent()
            ? "work with network=model connects to the port of the server's way to the model alone"
            : "work with network=model connects to the ports of its provider alone, on any host, and"
                + " sends UDP: its way to the model is not through the server");
  }
}
