package com.clawdforge.acpx.isolation;

import com.clawdforge.acpx.process.Starter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how children are kept from what is not theirs. What the system offers is looked for
 * once, in the background; whoever asks first waits for that, which takes some 100 ms. Safe for any
 * thread.
 */
public final class Isolation {
  private static final int FOREIGN_FUNCTIONS = 22;

  private final Wish wish;
  private final CompletableFuture<Found> looked;

  /** What the operator wants. */
  public enum Wish {
    /** Isolation where the system has it. */
    AUTO,
    /** Isolation, or nothing is started. */
    LANDLOCK,
    /** No isolation. */
    NONE
  }

  private record Found(@Nullable Confiner confiner, String what) {
    static Found none(String why) {
      return new Found(null, why);
    }
  }

  private Isolation(Wish wish, CompletableFuture<Found> looked) {
    this.wish = wish;
    this.looked = looked;
  }

  /** Children may do all that this process may. */
  public static Isolation none() {
    return new Isolation(
        Wish.NONE, CompletableFuture.completedFuture(Found.none("it is turned off")));
  }

  /** Begins to look for what the system offers. */
  public static Isolation of(Wish wish) {
    if (wish == Wish.NONE) {
      return none();
    }
    return new Isolation(wish, OfThisSystem.LOOKED);
  }

  /** Looked for when it is first asked for; it does not change while this process runs. */
  private static final class OfThisSystem {
    static final CompletableFuture<Found> LOOKED = new CompletableFuture<>();

    static {
      Thread.ofPlatform()
          .daemon()
          .name("looking-for-landlock")
          .start(
              () -> {
                try {
                  LOOKED.complete(look());
                } catch (RuntimeException | Error e) {
                  LOOKED.complete(Found.none("looking for it failed: " + e));
                }
              });
    }
  }

  private static Found look() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Found.none("only Linux has Landlock");
    }
    int java = Runtime.version().feature();
    String why;
    if (java >= FOREIGN_FUNCTIONS) {
      try {
        Confiner confiner = new Landlock();
        return new Found(confiner, confiner.what());
      } catch (IOException e) {
        why = String.valueOf(e.getMessage());
      }
    } else {
      why = "Java " + java + " cannot ask the kernel for Landlock, Java 22 can";
    }
    try {
      Confiner setpriv = new SetprivLandlock();
      return new Found(setpriv, setpriv.what());
    } catch (IOException e) {
      return Found.none(why + "; " + e.getMessage());
    }
  }

  private Found found() {
    return looked.join();
  }

  /** Whether children are isolated. */
  public boolean holds() {
    return found().confiner != null;
  }

  /** As {@link #holds}, at once; empty if it is not known yet. */
  public Optional<Boolean> holdsNow() {
    return looked.isDone() ? Optional.of(holds()) : Optional.empty();
  }

  /** Whether nothing may run that is not isolated. */
  public boolean isRequired() {
    return wish == Wish.LANDLOCK;
  }

  /** Whether the operator has turned it off. */
  public boolean isOff() {
    return wish == Wish.NONE;
  }

  /** What isolates, such as {@code Landlock (ABI 7)}, or why nothing does. */
  public String what() {
    return found().what;
  }

  /** Whether signals to processes outside, and abstract sockets of theirs, are refused too. */
  public boolean scopes() {
    @Nullable Confiner confiner = found().confiner;
    return confiner != null && confiner.scopes();
  }

  /** Whether a confinement can name the connections that children may make. */
  public boolean keepsNetwork() {
    @Nullable Confiner confiner = found().confiner;
    return confiner != null && confiner.keepsNetwork();
  }

  /** Why connections cannot be limited, in words; empty if they can. */
  public Optional<String> objectionToLessNetwork() {
    if (keepsNetwork()) {
      return Optional.empty();
    }
    @Nullable Confiner confiner = found().confiner;
    return Optional.of(
        "this server cannot keep agents from the network; it has "
            + (confiner == null
                ? "no isolation: " + what()
                : what()
                    + confiner.objectionToLessNetwork().map(why -> ", but " + why).orElse("")));
  }

  /** Whether files outside cannot be emptied. */
  public boolean keepsContents() {
    @Nullable Confiner confiner = found().confiner;
    return confiner != null && confiner.keepsContents();
  }

  /**
   * Starts children that can reach only what a confinement names, beside the system's programs and
   * devices; or, where nothing isolates and nothing has to, any children. Where a confinement names
   * connections that cannot be limited, none.
   */
  public Starter starter(Confinement confinement) {
    @Nullable Confiner confiner = found().confiner;
    if (confiner != null) {
      // Which paths exist is looked up when a child is started.
      return builder ->
          confiner.under(SystemPaths.with(confinement), confinement.connections()).start(builder);
    }
    if (isRequired() || confinement.connections() != null) {
      return builder -> {
        throw new IOException("nothing may run without isolation: " + what());
      };
    }
    return Starter.UNCONFINED;
  }

  /** The places that every child may read: what lies there is kept from nobody. */
  public static List<Path> openToAll() {
    return SystemPaths.readable();
  }
}
