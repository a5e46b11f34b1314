/**
 * Settings from environment variables. Entry type is {@link
 * com.clawdforge.http.app.config.GatewayConfig}.
 */
@NullMarked
package com.clawdforge.http.app.config;

import org.jspecify.annotations.NullMarked;
