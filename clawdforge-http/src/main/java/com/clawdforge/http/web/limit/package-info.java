/**
 * Limits that keep one caller from taking the server from all others. {@link
 * com.clawdforge.http.web.limit.FailedLogins} limits failed authentications, {@link
 * com.clawdforge.http.web.limit.LimitedConnector} connections and the time of a request's head,
 * {@link com.clawdforge.http.web.limit.RequestLimits} the pace of its body.
 */
@NullMarked
package com.clawdforge.http.web.limit;

import org.jspecify.annotations.NullMarked;
