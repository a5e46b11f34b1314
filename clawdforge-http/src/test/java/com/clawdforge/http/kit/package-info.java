/**
 * Shared by tests: {@link com.clawdforge.http.kit.TestServer} is the HTTP server on fakes, {@link
 * com.clawdforge.http.kit.GatewayFixture} the whole gateway with the real agents.
 */
@NullMarked
package com.clawdforge.http.kit;

import org.jspecify.annotations.NullMarked;
