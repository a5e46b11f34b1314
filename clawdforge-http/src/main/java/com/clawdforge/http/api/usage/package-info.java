/** What an app has used of the server and may use. */
@NullMarked
package com.clawdforge.http.api.usage;

import org.jspecify.annotations.NullMarked;
