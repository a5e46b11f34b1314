/** The administrator's routes: tokens and usage. */
@NullMarked
package com.clawdforge.http.api.admin;

import org.jspecify.annotations.NullMarked;
