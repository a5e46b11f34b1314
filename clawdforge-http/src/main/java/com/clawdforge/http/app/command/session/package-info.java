/** The commands {@code session} and {@code sessions}: conversations with an agent. */
@NullMarked
package com.clawdforge.http.app.command.session;

import org.jspecify.annotations.NullMarked;
