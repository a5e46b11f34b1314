/** Server-sent events: how they are written, and how a client names the last one it has seen. */
@NullMarked
package com.clawdforge.http.web.sse;

import org.jspecify.annotations.NullMarked;
