/**
 * The log of the program: text or JSON, at a configured level, with secrets masked. Entry type is
 * {@link com.clawdforge.http.logging.Logs}.
 */
@NullMarked
package com.clawdforge.http.logging;

import org.jspecify.annotations.NullMarked;
