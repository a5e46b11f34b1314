/**
 * What each token takes of the server. Entry type is {@link com.clawdforge.core.share.Shares}:
 * places, {@link com.clawdforge.core.share.Budgets} and the {@link
 * com.clawdforge.core.share.PromptRoom}.
 */
@NullMarked
package com.clawdforge.core.share;

import org.jspecify.annotations.NullMarked;
