/**
 * The suites of faults: {@link com.clawdforge.http.faults.FaultSuiteIT} has agents misbehave,
 * {@link com.clawdforge.http.faults.CrashSuiteIT} kills the server, {@link
 * com.clawdforge.http.faults.HttpFuzzIT} sends it requests that nobody should send. Each build runs
 * a cut of them, the profile {@code faults} all; {@code docs/reliability.md} has their tables.
 */
@NullMarked
package com.clawdforge.http.faults;

import org.jspecify.annotations.NullMarked;
