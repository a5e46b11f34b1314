/**
 * The program: {@link com.clawdforge.http.app.Main} parses the command line and runs a command. The
 * packages below it are the only ones that know adapters.
 */
@NullMarked
package com.clawdforge.http.app;

import org.jspecify.annotations.NullMarked;
