/** Sessions and their turns over HTTP. */
@NullMarked
package com.clawdforge.http.api.session;

import org.jspecify.annotations.NullMarked;
