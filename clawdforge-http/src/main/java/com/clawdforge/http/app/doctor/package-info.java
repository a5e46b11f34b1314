/** The command {@code doctor}: checks an installation and names a remedy for each fault. */
@NullMarked
package com.clawdforge.http.app.doctor;

import org.jspecify.annotations.NullMarked;
