package com.clawdforge.acpx.isolation;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.util.Optional;

/**
 * The C library's {@code syscall}, by the foreign functions that Java has since 22. They are
 * reached by reflection, as this program also runs, and is built, on Java 21.
 */
final class ForeignFunctions {
  private static final String PACKAGE = "java.lang.foreign.";

  /** The number of a call and five arguments. */
  private static final int WORDS = 6;

  private final Class<?> segment = type("MemorySegment");
  private final Method ofBuffer;
  private final Method address;

  /** Of an object for the error, and six words; returns a word. */
  private final MethodHandle syscall;

  /**
   * @throws IOException if this Java has no foreign functions, or they are not allowed
   */
  ForeignFunctions() throws IOException {
    try {
      ofBuffer = segment.getMethod("ofBuffer", Buffer.class);
      address = segment.getMethod("address");
      syscall = syscall();
    } catch (ReflectiveOperationException e) {
      throw new IOException("this Java cannot call the kernel: " + e, e);
    }
  }

  private static Class<?> type(String name) throws IOException {
    try {
      return Class.forName(PACKAGE + name);
    } catch (ClassNotFoundException e) {
      throw new IOException("this Java has no foreign functions", e);
    }
  }

  private MethodHandle syscall() throws ReflectiveOperationException, IOException {
    Class<?> layout = type("MemoryLayout");
    Class<?> descriptor = type("FunctionDescriptor");
    Class<?> linker = type("Linker");
    Class<?> option = type("Linker$Option");
    Object native1 = linker.getMethod("nativeLinker").invoke(null);
    Object library = linker.getMethod("defaultLookup").invoke(native1);
    Optional<?> found =
        (Optional<?>)
            type("SymbolLookup").getMethod("find", String.class).invoke(library, "syscall");
    Object word = type("ValueLayout").getField("JAVA_LONG").get(null);
    Object words = Array.newInstance(layout, WORDS);
    for (int i = 0; i < WORDS; i++) {
      Array.set(words, i, word);
    }
    Object options = Array.newInstance(option, 2);
    Array.set(options, 0, option.getMethod("firstVariadicArg", int.class).invoke(null, 1));
    Object names = new String[] {"errno"};
    Array.set(options, 1, option.getMethod("captureCallState", String[].class).invoke(null, names));
    MethodHandle handle =
        (MethodHandle)
            linker
                .getMethod("downcallHandle", segment, descriptor, options.getClass())
                .invoke(
                    native1,
                    found.orElseThrow(() -> new IOException("the C library has no syscall")),
                    descriptor.getMethod("of", layout, words.getClass()).invoke(null, word, words),
                    options);
    return handle.asType(
        MethodType.methodType(
            long.class,
            Object.class,
            long.class,
            long.class,
            long.class,
            long.class,
            long.class,
            long.class));
  }

  /** A direct buffer's memory, as functions take it. */
  Object segmentOf(Buffer buffer) throws IOException {
    try {
      return ofBuffer.invoke(null, buffer);
    } catch (ReflectiveOperationException e) {
      throw new IOException("no memory for a call of the kernel", e);
    }
  }

  /** Where a direct buffer's memory is; the buffer must be kept for as long as that is used. */
  long addressOf(Buffer buffer) throws IOException {
    try {
      return (long) address.invoke(segmentOf(buffer));
    } catch (ReflectiveOperationException e) {
      throw new IOException("no memory for a call of the kernel", e);
    }
  }

  /**
   * Calls the kernel.
   *
   * @param error receives the error, from {@link #segmentOf} a buffer of an int
   * @return negative if there was an error
   */
  long call(Object error, long number, long a, long b, long c, long d, long e) {
    try {
      return (long) syscall.invokeExact(error, number, a, b, c, d, e);
    } catch (RuntimeException | Error e1) {
      throw e1;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
