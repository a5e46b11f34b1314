package com.clawdforge.core.share;

import com.clawdforge.core.model.ModelUser;
import java.math.BigDecimal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What sessions spend on their way to the model while no turn goes on. Safe for any thread. */
final class BetweenTurns {
  private final Map<ModelUser, Purse> purses = new ConcurrentHashMap<>();

  /**
   * A session's.
   *
   * @param allowed whether it may ask between turns
   * @param left what it has spent that no turn has
   * @param unsaid what turns that were stopped have spent and their agent did not say; it may say
   *     so with what it spends next
   */
  private record Purse(boolean allowed, BigDecimal left, BigDecimal unsaid) {
    static final Purse EMPTY = new Purse(false, BigDecimal.ZERO, BigDecimal.ZERO);

    @Nullable Purse orNone() {
      return equals(EMPTY) ? null : this;
    }
  }

  void allow(ModelUser session, boolean allowed) {
    purses.compute(
        session, (user, had) -> new Purse(allowed, of(had).left, of(had).unsaid).orNone());
  }

  boolean mayAsk(ModelUser user) {
    return user.kind() != ModelUser.Kind.SESSION || of(purses.get(user)).allowed;
  }

  void add(ModelUser user, BigDecimal spent) {
    if (user.kind() == ModelUser.Kind.SESSION && spent.signum() > 0) {
      purses.compute(
          user, (id, had) -> new Purse(of(had).allowed, of(had).left.add(spent), of(had).unsaid));
    }
  }

  void unsaid(ModelUser user, BigDecimal dollars) {
    if (user.kind() == ModelUser.Kind.SESSION && dollars.signum() > 0) {
      purses.compute(
          user, (id, had) -> new Purse(of(had).allowed, of(had).left, of(had).unsaid.add(dollars)));
    }
  }

  /**
   * What an agent says without what was counted before it said so. Of what it says beyond what was
   * counted, that much may be from a turn that was stopped.
   */
  BigDecimal withoutRepeated(ModelUser user, BigDecimal said, BigDecimal counted) {
    BigDecimal beyond = said.subtract(counted);
    if (beyond.signum() <= 0) {
      return said;
    }
    BigDecimal repeated = of(purses.get(user)).unsaid.min(beyond);
    if (repeated.signum() > 0) {
      purses.computeIfPresent(
          user,
          (id, had) -> new Purse(had.allowed, had.left, had.unsaid.subtract(repeated)).orNone());
    }
    return said.subtract(repeated);
  }

  BigDecimal take(ModelUser session, @Nullable BigDecimal said) {
    BigDecimal left = of(purses.get(session)).left;
    BigDecimal all = said == null ? left : withoutRepeated(session, said, left).max(left);
    purses.computeIfPresent(
        session, (id, had) -> new Purse(had.allowed, had.left.subtract(left), had.unsaid).orNone());
    return all;
  }

  void forget(ModelUser session) {
    purses.remove(session);
  }

  private static Purse of(@Nullable Purse purse) {
    return purse == null ? Purse.EMPTY : purse;
  }
}
