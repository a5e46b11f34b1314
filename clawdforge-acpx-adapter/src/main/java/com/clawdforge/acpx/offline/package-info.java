/**
 * A model for when there is none: {@link com.clawdforge.acpx.offline.OfflineModel} answers the
 * Messages API and the Responses API on a loopback port from a {@link
 * com.clawdforge.acpx.offline.Script}, so that the real agents run without a network and without an
 * account.
 */
@NullMarked
package com.clawdforge.acpx.offline;

import org.jspecify.annotations.NullMarked;
