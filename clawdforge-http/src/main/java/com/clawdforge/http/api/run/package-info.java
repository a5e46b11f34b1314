/** One-shot runs over HTTP: starting, listing, showing and cancelling them. */
@NullMarked
package com.clawdforge.http.api.run;

import org.jspecify.annotations.NullMarked;
