/**
 * The program: configuration, the composition root {@link com.clawdforge.http.app.Gateway}, and the
 * commands of {@link com.clawdforge.http.app.Main}. The only package that knows every adapter.
 */
@NullMarked
package com.clawdforge.http.app;

import org.jspecify.annotations.NullMarked;
