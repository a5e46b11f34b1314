package com.clawdforge.modelproxy;

import com.clawdforge.core.model.AccountLimit;
import com.clawdforge.core.model.ModelRequest;
import com.clawdforge.core.model.ModelUser;
import com.clawdforge.core.model.ModelWatch;
import java.math.BigDecimal;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watch whose failures change nothing but the log. */
record GuardedWatch(ModelWatch watch) implements ModelWatch {
  private static final Logger log = LoggerFactory.getLogger(GuardedWatch.class);

  @Override
  public boolean hasMoney(ModelUser user) {
    try {
      return watch.hasMoney(user);
    } catch (RuntimeException e) {
      log.warn("whether there is money for {} is not known", user, e);
      return true;
    }
  }

  @Override
  public boolean begins(ModelUser user, BigDecimal estimateUsd) {
    try {
      return watch.begins(user, estimateUsd);
    } catch (RuntimeException e) {
      log.warn("whether a request of {} has to wait is not known", user, e);
      return true;
    }
  }

  @Override
  public void ended(ModelUser user, BigDecimal estimateUsd) {
    try {
      watch.ended(user, estimateUsd);
    } catch (RuntimeException e) {
      log.warn("the end of a request of {} is not noted", user, e);
    }
  }

  @Override
  public void over(ModelRequest request) {
    try {
      watch.over(request);
    } catch (RuntimeException e) {
      log.warn("a request of {} is not counted", request.user(), e);
    }
  }

  @Override
  public void limits(List<AccountLimit> limits) {
    try {
      watch.limits(limits);
    } catch (RuntimeException e) {
      log.warn("the limits of the account are not noted", e);
    }
  }
}
