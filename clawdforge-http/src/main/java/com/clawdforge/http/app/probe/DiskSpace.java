package com.clawdforge.http.app.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The free space of the file system of a folder. */
public record DiskSpace(long freeBytes) {
  private static final long LITTLE = 512L << 20;
  // Enough for an upload or two, and the ledger's log.
  private static final long TOO_LITTLE = 128L << 20;

  /** May block for as long as the file system does. */
  public static DiskSpace of(Path folder) throws IOException {
    return new DiskSpace(Files.getFileStore(folder).getUsableSpace());
  }

  /** Whether space is running low. */
  public boolean little() {
    return freeBytes < LITTLE;
  }

  /** Whether no new work should start. */
  public boolean tooLittle() {
    return freeBytes < TOO_LITTLE;
  }

  /** The free space in words. */
  public String free() {
    return (freeBytes >> 20) + " MiB free";
  }
}
