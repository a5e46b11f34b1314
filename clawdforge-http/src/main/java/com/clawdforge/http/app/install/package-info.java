/**
 * The commands {@code install} and {@code uninstall}: the program for one user, without root. Entry
 * types: {@code InstallCommand} and {@code UninstallCommand}.
 */
@NullMarked
package com.clawdforge.http.app.install;

import org.jspecify.annotations.NullMarked;
