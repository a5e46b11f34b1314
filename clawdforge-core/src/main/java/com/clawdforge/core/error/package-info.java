/**
 * What the gateway refuses and how it fails, in the words of the contract: {@link
 * com.clawdforge.core.error.Refusal} carries a documented {@link
 * com.clawdforge.core.error.ErrorCode}, {@link com.clawdforge.core.error.StoreException} reports
 * that a store failed.
 */
@NullMarked
package com.clawdforge.core.error;

import org.jspecify.annotations.NullMarked;
