/** JSON that several parts of the API share. */
@NullMarked
package com.clawdforge.http.api.wire;

import org.jspecify.annotations.NullMarked;
