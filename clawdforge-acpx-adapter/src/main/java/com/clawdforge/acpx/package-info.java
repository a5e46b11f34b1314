/**
 * What all agents have in common: where their programs are and which environment they get. The ways
 * to them are one package each; {@code com.clawdforge.acpx.local} joins them.
 */
@NullMarked
package com.clawdforge.acpx;

import org.jspecify.annotations.NullMarked;
