package com.clawdforge.http.server;

import com.clawdforge.core.auth.Cidr;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the server tells its operator.
 *
 * @param readiness asked by each {@code GET /readyz}; must not block
 * @param metrics asked by each {@code GET /metrics}, for Prometheus' text format 0.0.4
 * @param scrapers where {@code GET /metrics} may come from without the administrator's bearer; for
 *     nothing else may it
 * @param requests told of every request
 */
public record Operations(
    Supplier<Readiness> readiness,
    Supplier<String> metrics,
    List<Cidr> scrapers,
    RequestObserver requests) {
  public Operations {
    scrapers = List.copyOf(scrapers);
  }
}
