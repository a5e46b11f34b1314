/** Delivers the events and the outcome of a run or a turn to one caller. */
@NullMarked
package com.clawdforge.http.api.follow;

import org.jspecify.annotations.NullMarked;
