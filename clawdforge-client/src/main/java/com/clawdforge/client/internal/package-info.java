/**
 * What the public types of the client share and apps do not see: JSON, failures and configuration.
 * Not part of the API; may change in any release.
 */
@NullMarked
package com.clawdforge.client.internal;

import org.jspecify.annotations.NullMarked;
