package com.clawdforge.http.app.terminal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles SIGINT of this process. A shutdown hook would not do: the program would end at the first
 * signal and never see the second. The JDK's only other way is {@code sun.misc.Signal}, which not
 * every JVM has and which the compiler warns about; hence the reflection. Without it, Ctrl-C ends
 * the program as usual.
 */
public final class TerminalInterrupts implements Interrupts {
  private static final Logger log = LoggerFactory.getLogger(TerminalInterrupts.class);
  private static final int BY_SIGINT = 130;

  @Override
  public Watch onFirst(Runnable first) {
    AtomicBoolean handled = new AtomicBoolean();
    Runnable handler =
        () -> {
          if (handled.compareAndSet(false, true)) {
            first.run();
          } else {
            Runtime.getRuntime().halt(BY_SIGINT);
          }
        };
    try {
      return handle(handler);
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("Ctrl-C cannot be caught", e);
      return () -> {};
    }
  }

  private static Watch handle(Runnable handler) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Object signal = signalType.getConstructor(String.class).newInstance("INT");
    MethodHandle run =
        MethodHandles.lookup()
            .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
            .bindTo(handler);
    Object ours =
        MethodHandleProxies.asInterfaceInstance(
            handlerType, MethodHandles.dropArguments(run, 0, signalType));
    Method handle = signalType.getMethod("handle", signalType, handlerType);
    Object before = handle.invoke(null, signal, ours);
    return () -> {
      try {
        handle.invoke(null, signal, before);
      } catch (IllegalAccessException | InvocationTargetException e) {
        log.debug("Ctrl-C stays caught", e);
      }
    };
  }
}
