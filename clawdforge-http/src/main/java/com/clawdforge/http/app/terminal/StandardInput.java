package com.clawdforge.http.app.terminal;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Standard input, and whether a command may read it without being asked to. */
public final class StandardInput {
  private static final Path OF_PROCESS = Path.of("/dev/stdin");
  private static final Path NOTHING = Path.of("/dev/null");

  // The file types of POSIX.
  private static final int TYPE = 0xF000;
  private static final int PIPE = 0x1000;
  private static final int DEVICE = 0x2000;
  private static final int FILE = 0x8000;
  private static final int SOCKET = 0xC000;

  /** What standard input is. */
  public enum Kind {
    /** A person types. */
    TERMINAL,
    /** A pipe or a socket: data, or inherited and never written to nor closed. */
    PIPE,
    /** A file that nobody has begun to read. */
    FILE,
    /** Anything else: {@code /dev/null}, or a file that a shell's loop reads line by line. */
    OTHER
  }

  private final Supplier<Kind> kind;
  private final InputStream stream;
  private final Duration patience;

  private StandardInput(Supplier<Kind> kind, InputStream stream, Duration patience) {
    this.kind = kind;
    this.stream = stream;
    this.patience = patience;
  }

  /** The standard input of this process. */
  public static StandardInput ofProcess() {
    return new StandardInput(StandardInput::kindOfProcess, System.in, Duration.ofSeconds(3));
  }

  /**
   * Another stream in its place.
   *
   * @param patience how long {@link #textIfAny} waits
   */
  public static StandardInput of(Kind kind, InputStream stream, Duration patience) {
    return new StandardInput(() -> kind, stream, patience);
  }

  public Kind kind() {
    return kind.get();
  }

  /** The bytes; read either these or the text. */
  public InputStream stream() {
    return stream;
  }

  /** How long {@link #textIfAny} waits. */
  public Duration patience() {
    return patience;
  }

  /**
   * Reads it to its end, however long that takes.
   *
   * @throws CharacterCodingException if it is not UTF-8
   */
  public String text() throws IOException {
    return decoded(stream.readAllBytes());
  }

  /**
   * Reads it to its end if it begins or ends soon; returns null if neither happens.
   *
   * @throws CharacterCodingException if it is not UTF-8
   */
  public @Nullable String textIfAny() throws IOException {
    CompletableFuture<Boolean> begun = new CompletableFuture<>();
    CompletableFuture<byte[]> all = new CompletableFuture<>();
    // A read of a pipe cannot be interrupted. A daemon does not keep the program alive.
    Thread.ofPlatform().daemon().name("stdin").start(() -> read(begun, all));
    try {
      boolean unused = begun.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return decoded(all.get());
    } catch (TimeoutException nothing) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      throw new IOException("standard input cannot be read", e.getCause());
    }
  }

  private void read(CompletableFuture<Boolean> begun, CompletableFuture<byte[]> all) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      int first = stream.read();
      begun.complete(first >= 0);
      if (first >= 0) {
        bytes.write(first);
        stream.transferTo(bytes);
      }
      all.complete(bytes.toByteArray());
    } catch (IOException e) {
      begun.completeExceptionally(e);
      all.completeExceptionally(e);
    }
  }

  private static String decoded(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static Kind kindOfProcess() {
    try {
      return switch ((int) Files.getAttribute(OF_PROCESS, "unix:mode") & TYPE) {
        case PIPE, SOCKET -> Kind.PIPE;
        case FILE -> position() == 0 && !isOfJvm() ? Kind.FILE : Kind.OTHER;
        case DEVICE -> device(OF_PROCESS) == device(NOTHING) ? Kind.OTHER : Kind.TERMINAL;
        default -> Kind.OTHER;
      };
    } catch (IOException | RuntimeException unknown) {
      // Closed, or a system without such attributes.
      return Kind.OTHER;
    }
  }

  private static long device(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:rdev")).longValue();
  }

  // If standard input is closed, the first file that the JVM opens gets its place.
  private static boolean isOfJvm() throws IOException {
    return OF_PROCESS
        .toRealPath()
        .startsWith(Path.of(System.getProperty("java.home")).toRealPath());
  }

  // Not closed: that would close standard input.
  @SuppressWarnings("resource")
  private static long position() throws IOException {
    return new FileInputStream(FileDescriptor.in).getChannel().position();
  }
}
