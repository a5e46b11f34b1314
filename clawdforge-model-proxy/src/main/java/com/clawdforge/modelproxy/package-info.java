/**
 * The way to the model on Jetty's reverse proxy: {@link com.clawdforge.modelproxy.ModelProxy}
 * listens on loopback and forwards what agents ask, with the server's credential in the place of
 * their secret.
 */
@NullMarked
package com.clawdforge.modelproxy;

import org.jspecify.annotations.NullMarked;
