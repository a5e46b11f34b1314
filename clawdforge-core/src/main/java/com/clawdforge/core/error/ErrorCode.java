package com.clawdforge.core.error;

import java.util.Locale;

/** The machine-readable codes of the contract; each protocol decides how to represent them. */
public enum ErrorCode {
  MALFORMED_REQUEST("Malformed request"),
  UNAUTHENTICATED("Unauthenticated"),
  BUDGET_EXHAUSTED("Budget exhausted"),
  ADDRESS_NOT_ALLOWED("Address not allowed"),
  ADMIN_REQUIRED("Admin token required"),
  PERMISSION_CEILING("Beyond the token's permissions"),
  NOT_FOUND("Not found"),
  METHOD_NOT_ALLOWED("Method not allowed"),
  TURN_IN_PROGRESS("Turn in progress"),
  NAME_TAKEN("Name taken"),
  IDEMPOTENCY_CONFLICT("Idempotency conflict"),
  SESSION_CLOSED("Session closed"),
  PAYLOAD_TOO_LARGE("Payload too large"),
  UNSUPPORTED_MEDIA_TYPE("Unsupported media type"),
  MISDIRECTED_REQUEST("Misdirected request"),
  INVALID_REQUEST("Invalid request"),
  REFUSED("Refused by the model"),
  RATE_LIMITED("Rate limited"),
  QUOTA_EXCEEDED("Quota exceeded"),
  USAGE_LIMIT_REACHED("Usage limit reached"),
  AGENT_FAILED("Agent failed"),
  AGENT_UNAUTHENTICATED("Agent not logged in"),
  AGENT_OUTPUT_INVALID("Agent output invalid"),
  AT_CAPACITY("At capacity"),
  AGENT_UNAVAILABLE("Agent unavailable"),
  PROVIDER_OVERLOADED("Provider overloaded"),
  PROVIDER_UNREACHABLE("Provider unreachable"),
  SHUTTING_DOWN("Shutting down"),
  AGENT_TIMEOUT("Agent timed out"),
  INTERNAL_ERROR("Internal error");

  private final String title;

  ErrorCode(String title) {
    this.title = title;
  }

  /** The code as it appears on the wire, in {@code snake_case}. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A short human title, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** The code with this {@link #wire()} name. */
  public static ErrorCode ofWire(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }
}
