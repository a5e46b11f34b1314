/**
 * A scripted model: {@link com.clawdforge.acpx.offline.OfflineModel} serves the Messages API and
 * the Responses API on a loopback port from a {@link com.clawdforge.acpx.offline.Script}, so that
 * the real agents run without a network or an account.
 */
@NullMarked
package com.clawdforge.acpx.offline;

import org.jspecify.annotations.NullMarked;
