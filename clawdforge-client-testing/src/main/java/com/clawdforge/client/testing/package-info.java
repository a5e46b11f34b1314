/**
 * For the tests of apps: {@link com.clawdforge.client.testing.FakeGateway} is a gateway on this
 * machine whose answers the test writes. It needs no account, no agent and no network.
 */
@NullMarked
package com.clawdforge.client.testing;

import org.jspecify.annotations.NullMarked;
