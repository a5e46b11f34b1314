package com.clawdforge.http.ops;

import com.clawdforge.core.auth.Cidr;
import com.clawdforge.http.web.RequestObserver;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the server shows its operator.
 *
 * @param health asked by each {@code GET /healthz}; must not block
 * @param readiness asked by each {@code GET /readyz}; must not block
 * @param metrics asked by each {@code GET /metrics}, for Prometheus' text format 0.0.4
 * @param scrapers addresses from which {@code GET /metrics}, and nothing else, is allowed without
 *     the administrator's bearer
 * @param requests notified of every request
 */
public record Operations(
    Supplier<Health> health,
    Supplier<Readiness> readiness,
    Supplier<String> metrics,
    List<Cidr> scrapers,
    RequestObserver requests) {
  public Operations {
    scrapers = List.copyOf(scrapers);
  }
}
