/** Tests of the whole gateway with the real agents, and of its command line. */
@NullMarked
package com.clawdforge.http.app;

import org.jspecify.annotations.NullMarked;
