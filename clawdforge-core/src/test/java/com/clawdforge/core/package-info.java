/** Helpers that tests of several features share. */
@NullMarked
package com.clawdforge.core;

import org.jspecify.annotations.NullMarked;
