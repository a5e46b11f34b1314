package com.clawdforge.acpx.permission;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledIf;

/**
 * Marks a test class that runs real agents to show what their permissions hold back. It never runs
 * as root: root is refused some modes by the agent itself, so {@link AsAnotherUserTest} runs the
 * class in a JVM of another user instead.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("agent")
@Tag("permissions")
@DisabledIf(
    value = "com.clawdforge.acpx.permission.AsAnotherUserTest#isRoot",
    disabledReason = "as root it runs inside AsAnotherUserTest, as a user that is not root")
public @interface PermissionTest {}
