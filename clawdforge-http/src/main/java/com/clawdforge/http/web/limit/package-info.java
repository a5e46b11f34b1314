/**
 * Limits that keep one caller from taking the server from all others. {@link
 * com.clawdforge.http.web.limit.FailedLogins} limits failed authentications.
 */
@NullMarked
package com.clawdforge.http.web.limit;

import org.jspecify.annotations.NullMarked;
