package com.clawdforge.acpx.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads a child's standard output and hands its lines to a listener. */
final class LineSource extends SharedReader.Source {
  /** What one source may read before the next has its turn. */
  private static final int PARTS = 8;

  private final InputStream in;
  private final Lines lines;
  private final ChildProcess.Listener listener;
  private final BooleanSupplier exited;

  /**
   * @param exited whether the child has ended
   */
  LineSource(InputStream in, Lines lines, ChildProcess.Listener listener, BooleanSupplier exited) {
    this.in = in;
    this.lines = lines;
    this.listener = listener;
    this.exited = exited;
  }

  /** Reads to the end of the stream, by itself or by a reader that it shares with others. */
  void readAll(SharedReader shared) throws IOException {
    try {
      do {
        shared.mayTakeOver(this, deliver());
      } while (lines.fill());
    } catch (Lines.TooMuch e) {
      listener.onTooMuch(String.valueOf(e.getMessage()));
      in.transferTo(OutputStream.nullOutputStream());
    } finally {
      listener.onEnd();
    }
  }

  @Override
  int readAvailable() throws IOException {
    if (in.available() == 0) {
      return exited.getAsBoolean() ? -1 : 0;
    }
    int delivered = 0;
    for (int part = 0; part < PARTS && in.available() > 0 && lines.fill(); part++) {
      delivered += deliver();
    }
    return delivered;
  }

  private int deliver() throws Lines.TooMuch {
    int delivered = 0;
    for (byte[] line = next(); line != null; line = next()) {
      listener.onLine(line);
      delivered++;
    }
    return delivered;
  }

  private byte @Nullable [] next() throws Lines.TooMuch {
    try {
      return lines.already();
    } catch (Lines.TooLong e) {
      if (!listener.onTooLong(e.begin(), String.valueOf(e.getMessage()))) {
        throw e;
      }
      return next();
    }
  }
}
