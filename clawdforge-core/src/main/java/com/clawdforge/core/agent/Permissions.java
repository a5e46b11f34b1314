package com.clawdforge.core.agent;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which tool calls of an agent are approved. No user can be asked: all others are denied.
 *
 * <p>The kind decides first. Without {@link ToolKind#EXECUTE} no command runs, however harmless it
 * looks, and edits stay in the agent's own directory; so do reads unless {@link #readsAnywhere}.
 * With it both limits would be pointless, since a command reaches any file.
 */
public sealed interface Permissions {
  /** Whether a call of this kind is approved when the agent asks. */
  boolean approves(ToolKind kind);

  /**
   * Whether files may be read and searched wherever the server's user can, and not only in the
   * agent's own directory, its attachments and the places that the operator opened for reading.
   */
  boolean readsAnywhere();

  /**
   * The named modes. They decide only what the agent asks for: it reads in its own directory and
   * keeps its to-do list without asking, so every mode permits both.
   */
  enum Mode implements Permissions {
    APPROVE_ALL,
    APPROVE_READS,
    DENY_ALL;

    @Override
    public boolean approves(ToolKind kind) {
      return switch (this) {
        case APPROVE_ALL -> true;
        case APPROVE_READS -> kind == ToolKind.READ || kind == ToolKind.SEARCH;
        case DENY_ALL -> false;
      };
    }

    @Override
    public boolean readsAnywhere() {
      return this == APPROVE_ALL;
    }

    /** The mode as it appears on the wire, {@code approve-all} for example. */
    public String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The mode with this {@link #wire()} name, or empty. */
    public static Optional<Mode> ofWire(String wire) {
      return Arrays.stream(values()).filter(mode -> mode.wire().equals(wire)).findFirst();
    }
  }

  /**
   * Decides by kind only, never by anything that a model can choose. What it denies is denied even
   * where the agent would not ask.
   *
   * @param autoDeny wins over {@code autoApprove}
   * @param approveByDefault whether kinds in neither set are approved
   * @param readAnywhere permits reads outside the agent's directory if {@link ToolKind#READ} is
   *     approved; approves nothing by itself
   */
  record Policy(
      Set<ToolKind> autoApprove,
      Set<ToolKind> autoDeny,
      boolean approveByDefault,
      boolean readAnywhere)
      implements Permissions {
    public Policy {
      autoApprove = Set.copyOf(autoApprove);
      autoDeny = Set.copyOf(autoDeny);
    }

    /** A policy whose reads stay in the agent's own directory unless it approves commands. */
    public Policy(Set<ToolKind> autoApprove, Set<ToolKind> autoDeny, boolean approveByDefault) {
      this(autoApprove, autoDeny, approveByDefault, false);
    }

    @Override
    public boolean approves(ToolKind kind) {
      return !autoDeny.contains(kind) && (approveByDefault || autoApprove.contains(kind));
    }

    @Override
    public boolean readsAnywhere() {
      return approves(ToolKind.READ) && (readAnywhere || approves(ToolKind.EXECUTE));
    }
  }

  /** The kinds that {@link #approves} approves. */
  default Set<ToolKind> approved() {
    Set<ToolKind> approved = EnumSet.noneOf(ToolKind.class);
    for (ToolKind kind : ToolKind.values()) {
      if (approves(kind)) {
        approved.add(kind);
      }
    }
    return approved;
  }

  /** Whether a ceiling permits everything that these permissions permit. */
  default boolean within(Permissions ceiling) {
    return ceiling.approved().containsAll(approved())
        && (!readsAnywhere() || ceiling.readsAnywhere());
  }

  /**
   * Returns these permissions, as a policy if the ceiling that they are within is one, so that what
   * an agent does without asking cannot exceed it.
   */
  default Permissions strictAs(Permissions ceiling) {
    if (!(ceiling instanceof Policy) || this instanceof Policy) {
      return this;
    }
    Set<ToolKind> denied = EnumSet.allOf(ToolKind.class);
    denied.removeAll(approved());
    return new Policy(approved(), denied, false, readsAnywhere());
  }
}
