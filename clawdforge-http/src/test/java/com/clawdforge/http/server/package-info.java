/** Tests of the HTTP side, over a real port with the real core. */
@NullMarked
package com.clawdforge.http.server;

import org.jspecify.annotations.NullMarked;
