/** The store of everything: {@link com.clawdforge.core.ledger.Ledger}, and how it does. */
@NullMarked
package com.clawdforge.core.ledger;

import org.jspecify.annotations.NullMarked;
