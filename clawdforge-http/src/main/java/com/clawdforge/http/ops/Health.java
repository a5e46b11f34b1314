package com.clawdforge.http.ops;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code GET /healthz}, in the order of the contract.
 *
 * @param claudeVersion null until the first probe ends, or if there is none
 * @param acpxVersion null until the first probe ends, or if there is none
 * @param version of the gateway
 * @param untested programs and versions that this build was not tested with, such as {@code claude
 *     2.1.340}; left out of the answer if there are none
 * @param isolation {@code landlock} or {@code none}; null, and left out, until it is known
 * @param network how far work with {@code "network":"model"} is kept from the rest: {@code model},
 *     {@code ports} where its way to the model is not through the server, or {@code none}; null,
 *     and left out, until it is known
 */
public record Health(
    boolean claudePresent,
    @Nullable String claudeVersion,
    boolean acpxPresent,
    @Nullable String acpxVersion,
    int openSessions,
    String version,
    long uptimeSecs,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> untested,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String isolation,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String network) {
  public Health {
    untested = List.copyOf(untested);
  }
}
