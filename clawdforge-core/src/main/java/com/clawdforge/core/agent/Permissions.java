package com.clawdforge.core.agent;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which tool calls of an agent pass. Nobody is there to be asked: what may not pass is denied.
 *
 * <p>Kinds decide first. Without {@link ToolKind#EXECUTE} no command runs, however harmless it
 * looks, and files are bounded too: edits stay in the agent's own directory, and so do reads unless
 * {@link #readsAnywhere}. With it both bounds would be empty, since a command reaches any file.
 */
public sealed interface Permissions {
  /** Whether a call of this kind passes, when the agent asks. */
  boolean approves(ToolKind kind);

  /**
   * Whether files may be read and searched wherever the server's user can, and not only in the
   * agent's own directory, its attachments and the places that the operator opened for reading.
   */
  boolean readsAnywhere();

  /**
   * The named modes: they decide about what the agent asks for. Reading in its own directory, and
   * keeping a list of things to do, it does without asking: that passes under all of them.
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

    /** The mode of a wire name that {@link #wire()} gave, or empty for anything else. */
    public static Optional<Mode> ofWire(String wire) {
      for (Mode mode : values()) {
        if (mode.wire().equals(wire)) {
          return Optional.of(mode);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Decides by kind, and by nothing that a model could choose. What it denies is denied also where
   * the agent would not ask.
   *
   * @param autoDeny wins over {@code autoApprove}
   * @param approveByDefault what happens to a kind that neither names
   * @param readAnywhere lifts the bound on reads where {@link ToolKind#READ} is approved; it
   *     approves nothing by itself
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

  /** The kinds that {@link #approves} lets pass. */
  default Set<ToolKind> approved() {
    Set<ToolKind> approved = EnumSet.noneOf(ToolKind.class);
    for (ToolKind kind : ToolKind.values()) {
      if (approves(kind)) {
        approved.add(kind);
      }
    }
    return approved;
  }

  /** Whether these let nothing pass that a ceiling would not. */
  default boolean within(Permissions ceiling) {
    return ceiling.approved().containsAll(approved())
        && (!readsAnywhere() || ceiling.readsAnywhere());
  }

  /**
   * These, as strict as a ceiling that they are within: a ceiling that is a policy is not undercut
   * by what an agent does without asking.
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
