/**
 * How an agent reaches its model without a credential of its own: {@link
 * com.clawdforge.core.model.ModelAccess} opens a grant for a piece of work.
 */
@NullMarked
package com.clawdforge.core.model;

import org.jspecify.annotations.NullMarked;
