/**
 * The Java SDK of the gateway. {@link com.clawdforge.client.ForgeClient} is for apps, {@link
 * com.clawdforge.client.ForgeAdmin} for whoever mints their tokens; both are immutable and safe for
 * any thread. What the gateway refuses and what never reached it are the two branches of {@link
 * com.clawdforge.client.ForgeException}.
 */
@NullMarked
package com.clawdforge.client;

import org.jspecify.annotations.NullMarked;
