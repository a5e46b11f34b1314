/**
 * The Java SDK of the gateway: {@link com.clawdforge.client.ForgeClient} for apps, {@link
 * com.clawdforge.client.ForgeAdmin} for the administrator who mints their tokens. {@link
 * com.clawdforge.client.ForgeException} has two branches: errors that the gateway answered, and
 * calls without a usable answer.
 */
@NullMarked
package com.clawdforge.client;

import org.jspecify.annotations.NullMarked;
