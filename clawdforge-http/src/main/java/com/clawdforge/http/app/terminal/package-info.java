/** What the client commands need of the shell that runs them: its standard input and output. */
@NullMarked
package com.clawdforge.http.app.terminal;

import org.jspecify.annotations.NullMarked;
