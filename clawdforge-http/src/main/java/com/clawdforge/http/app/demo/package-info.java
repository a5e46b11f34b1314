/** The commands {@code demo} and {@code offline-model}, which need no account. */
@NullMarked
package com.clawdforge.http.app.demo;

import org.jspecify.annotations.NullMarked;
