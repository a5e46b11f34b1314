/**
 * What agents do under every kind of terms, tried with the real programs: {@link
 * com.clawdforge.acpx.permission.PermissionMatrixTest} is the table.
 */
@NullMarked
package com.clawdforge.acpx.permission;

import org.jspecify.annotations.NullMarked;
