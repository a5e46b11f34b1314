package com.clawdforge.http.app.probe;

import java.util.Locale;
import java.util.function.Supplier;

/** Something that the doctor looks at. */
public record Check(String name, Supplier<Finding> looking) {
  /** How bad it is. */
  public enum Verdict {
    OK,
    /** It works, but somebody may be surprised. */
    NOTE,
    FAULT;

    public String shown() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What was found.
   *
   * @param remedy what to do about it; empty if nothing
   */
  public record Finding(Verdict verdict, String what, String remedy) {}

  public static Finding ok(String what) {
    return new Finding(Verdict.OK, what, "");
  }

  public static Finding note(String what, String remedy) {
    return new Finding(Verdict.NOTE, what, remedy);
  }

  public static Finding fault(String what, String remedy) {
    return new Finding(Verdict.FAULT, what, remedy);
  }

  /** Looks; a check that breaks is a fault like any other. */
  public Finding look() {
    try {
      return looking.get();
    } catch (RuntimeException e) {
      return fault(String.valueOf(e.getMessage()), "see above; report it if that is no help");
    }
  }
}
