package com.clawdforge.acpx.session;

import com.clawdforge.acpx.file.PrivateFiles;
import com.clawdforge.acpx.protocol.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the turns of a session cost. An agent reports the total since it was started; the total at
 * the end of the last turn is kept in the session's directory.
 */
public final class SessionCost {
  private static final Logger log = LoggerFactory.getLogger(SessionCost.class);

  private final SessionDirectory directory;

  public SessionCost(SessionDirectory directory) {
    this.directory = directory;
  }

  /**
   * The cost of a turn; empty if the agent does not report it.
   *
   * @param told the turn's own cost, if the agent tells it
   * @param total the agent's, as last reported in the turn, or null; newer agents go on counting
   *     when they resume a session
   * @param fresh whether the agent was started for the turn
   */
  public Optional<BigDecimal> ofTurn(
      Optional<BigDecimal> told, @Nullable BigDecimal total, boolean fresh) {
    @Nullable BigDecimal difference = sinceLastTurn(total, fresh);
    return told.isPresent() ? told : Optional.ofNullable(difference);
  }

  private @Nullable BigDecimal sinceLastTurn(@Nullable BigDecimal total, boolean fresh) {
    BigDecimal before = fresh ? BigDecimal.ZERO : before();
    if (total == null) {
      if (fresh) {
        keep(BigDecimal.ZERO);
      }
      return null;
    }
    keep(total);
    BigDecimal cost = Money.rounded(total.subtract(before));
    return cost.signum() < 0 ? Money.rounded(total) : cost;
  }

  /**
   * The cost of the agent's own work since its last turn; the next call does not return it again.
   */
  public Optional<BigDecimal> takeBetweenTurns() {
    try {
      Optional<BigDecimal> total =
          PrivateFiles.read(directory.costBetweenTurns()).flatMap(Money::of);
      PrivateFiles.delete(directory.costBetweenTurns());
      if (total.isEmpty() || total.get().compareTo(before()) <= 0) {
        return Optional.empty();
      }
      BigDecimal spent = Money.rounded(total.get().subtract(before()));
      keep(total.get());
      return Optional.of(spent).filter(cost -> cost.signum() > 0);
    } catch (IOException e) {
      log.warn("the cost between turns cannot be read in {}", directory.root(), e);
      return Optional.empty();
    }
  }

  // A full disk, or an agent that has deleted its directory, must not cost a turn its answer.
  private BigDecimal before() {
    try {
      return directory.cost();
    } catch (IOException e) {
      log.warn("the cost so far cannot be read in {}", directory.root(), e);
      return BigDecimal.ZERO;
    }
  }

  private void keep(BigDecimal total) {
    try {
      directory.cost(total);
    } catch (IOException e) {
      log.warn("the cost so far cannot be written in {}", directory.root(), e);
    }
  }
}
