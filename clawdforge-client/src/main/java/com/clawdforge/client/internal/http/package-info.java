/**
 * Calls to the gateway over the JDK's HTTP client: {@link
 * com.clawdforge.client.internal.http.Transport} sends them, retries them and reads their answers.
 */
@NullMarked
package com.clawdforge.client.internal.http;

import org.jspecify.annotations.NullMarked;
