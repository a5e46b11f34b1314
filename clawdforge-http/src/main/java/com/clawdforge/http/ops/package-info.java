/** What an operator's tools read: health, readiness, metrics, and the description of the API. */
@NullMarked
package com.clawdforge.http.ops;

import org.jspecify.annotations.NullMarked;
