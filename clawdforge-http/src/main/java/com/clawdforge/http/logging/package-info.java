/**
 * The program's log: text or JSON, how much of it, and no secrets in it. Begins with {@link
 * com.clawdforge.http.logging.Logs}.
 */
@NullMarked
package com.clawdforge.http.logging;

import org.jspecify.annotations.NullMarked;
