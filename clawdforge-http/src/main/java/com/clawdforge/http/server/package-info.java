/**
 * The HTTP side of the gateway. Entry type is {@link com.clawdforge.http.server.ForgeServer}; a
 * request passes {@code FrontDoor} (request id, host, address, log), then {@code RouteTable}
 * (bearer), then the routes of its feature, and every failure leaves as a {@code Problem}.
 */
@NullMarked
package com.clawdforge.http.server;

import org.jspecify.annotations.NullMarked;
