package com.clawdforge.http.app.probe;

import java.util.Locale;
import java.util.function.Supplier;

/** One check of the doctor. */
public record Check(String name, Supplier<Finding> looking) {
  /** The severity of a finding. */
  public enum Verdict {
    OK,
    /** It works, but may surprise. */
    NOTE,
    FAULT;

    public String shown() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The result of a check.
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

  /** Runs the check; an exception is a fault too. */
  public Finding look() {
    try {
      return looking.get();
    } catch (RuntimeException e) {
      return fault(String.valueOf(e.getMessage()), "see above; report it if that is no help");
    }
  }
}
