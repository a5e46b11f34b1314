@NullMarked
package com.clawdforge.http.metrics;

import org.jspecify.annotations.NullMarked;
