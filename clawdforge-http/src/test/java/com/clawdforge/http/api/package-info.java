/** Tests of the API as a whole, over a real port with the real core. */
@NullMarked
package com.clawdforge.http.api;

import org.jspecify.annotations.NullMarked;
