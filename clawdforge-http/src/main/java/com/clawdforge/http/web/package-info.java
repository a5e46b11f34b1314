/**
 * The HTTP kit on which every surface is built; it knows no route of its own. Entry type is {@link
 * com.clawdforge.http.web.WebServer}: a request passes {@code FrontDoor} (request id, host,
 * address, log), then {@code RouteTable} (bearer), then a handler. Every failure leaves as a {@code
 * Problem}.
 */
@NullMarked
package com.clawdforge.http.web;

import org.jspecify.annotations.NullMarked;
