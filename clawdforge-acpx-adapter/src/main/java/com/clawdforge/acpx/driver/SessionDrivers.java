package com.clawdforge.acpx.driver;

import com.clawdforge.acpx.driver.cli.AcpxDriver;
import com.clawdforge.acpx.driver.direct.DirectDriver;
import com.clawdforge.core.agent.AgentSession;
import com.clawdforge.core.agent.AgentSessions;
import com.clawdforge.core.agent.AgentTask;
import com.clawdforge.core.agent.Prompt;
import com.clawdforge.core.agent.SessionOpening;
import com.clawdforge.core.agent.TurnListener;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Both drivers on the same sessions. Each session's turns run on the driver of its agent; what an
 * earlier server left is looked for by both, since it may have used the other one.
 */
public final class SessionDrivers implements AgentSessions {
  private final DirectDriver direct;
  private final AcpxDriver acpx;
  private final Predicate<String> isDirect;

  /**
   * @param isDirect whether the sessions of an agent, by its name, run on {@code direct}
   */
  public SessionDrivers(DirectDriver direct, AcpxDriver acpx, Predicate<String> isDirect) {
    this.direct = direct;
    this.acpx = acpx;
    this.isDirect = isDirect;
  }

  private AgentSessions of(AgentSession session) {
    return of(session.agent());
  }

  private AgentSessions of(String agent) {
    return isDirect.test(agent) ? direct : acpx;
  }

  @Override
  public SessionOpening open(AgentSession session) {
    return of(session).open(session);
  }

  @Override
  public Optional<String> objectionToLessNetwork(String agent) {
    return of(agent).objectionToLessNetwork(agent);
  }

  @Override
  public AgentTask prompt(AgentSession session, Prompt prompt, TurnListener listener) {
    return of(session).prompt(session, prompt, listener);
  }

  @Override
  public Optional<BigDecimal> takeBackgroundCost(AgentSession session) {
    return of(session).takeBackgroundCost(session);
  }

  // Acpx may have records of it from earlier turns, and finds them in the session's directory.
  @Override
  public void close(AgentSession session) {
    direct.release(session);
    acpx.close(session);
  }

  @Override
  public void endOrphans(Collection<String> sessionIds) {
    direct.endOrphans(sessionIds);
    acpx.endOrphans(sessionIds);
  }

  @Override
  public List<String> deleteUnknownSessions(Predicate<String> known, Instant unknownSince) {
    return acpx.deleteUnknownSessions(known, unknownSince);
  }

  @Override
  public void close() {
    try (acpx) {
      direct.close();
    }
  }
}
