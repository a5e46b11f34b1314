/**
 * Who may call: tokens, admin secret and addresses. Entry types are {@link
 * com.clawdforge.core.auth.Gate} and {@link com.clawdforge.core.auth.TokenService}; {@link
 * com.clawdforge.core.auth.TokenAuth} stores tokens, as hashes only.
 */
@NullMarked
package com.clawdforge.core.auth;

import org.jspecify.annotations.NullMarked;
