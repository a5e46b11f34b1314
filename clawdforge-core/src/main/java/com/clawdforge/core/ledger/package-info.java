/** All stores together: {@link com.clawdforge.core.ledger.Ledger}, its faults and measurements. */
@NullMarked
package com.clawdforge.core.ledger;

import org.jspecify.annotations.NullMarked;
