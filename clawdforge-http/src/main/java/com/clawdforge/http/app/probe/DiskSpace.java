package com.clawdforge.http.app.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much room is left where a folder lies. */
public record DiskSpace(long freeBytes) {
  private static final long LITTLE = 512L << 20;
  // An upload or two, and the ledger's log.
  private static final long TOO_LITTLE = 128L << 20;

  /** May block for as long as the file system does. */
  public static DiskSpace of(Path folder) throws IOException {
    return new DiskSpace(Files.getFileStore(folder).getUsableSpace());
  }

  /** It will not last. */
  public boolean little() {
    return freeBytes < LITTLE;
  }

  /** Nothing new should begin. */
  public boolean tooLittle() {
    return freeBytes < TOO_LITTLE;
  }

  /** In words. */
  public String free() {
    return (freeBytes >> 20) + " MiB free";
  }
}
