/** Uploads over HTTP. */
@NullMarked
package com.clawdforge.http.api.file;

import org.jspecify.annotations.NullMarked;
