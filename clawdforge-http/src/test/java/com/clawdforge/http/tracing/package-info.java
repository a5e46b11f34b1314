@NullMarked
package com.clawdforge.http.tracing;

import org.jspecify.annotations.NullMarked;
