/**
 * The composition root: {@link com.clawdforge.http.app.gateway.Gateway} builds every part and
 * closes it.
 */
@NullMarked
package com.clawdforge.http.app.gateway;

import org.jspecify.annotations.NullMarked;
