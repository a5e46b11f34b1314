@NullMarked
package com.clawdforge.http.logging;

import org.jspecify.annotations.NullMarked;
