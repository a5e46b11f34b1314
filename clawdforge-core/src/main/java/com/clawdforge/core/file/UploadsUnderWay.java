package com.clawdforge.core.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * How many bytes of each owner have arrived that are not part of a file yet. Safe for any thread.
 */
final class UploadsUnderWay {
  private final Map<String, Long> byOwner = new HashMap<>();

  /** An owner's uploads and files would be too large together. */
  static final class NoStorageLeft extends IOException {
    private static final long serialVersionUID = 1L;
  }

  synchronized long of(String owner) {
    return byOwner.getOrDefault(owner, 0L);
  }

  /**
   * Begins an upload.
   *
   * @param most how many bytes the owner may have under way, this upload included
   */
  Arriving begin(String owner, InputStream content, long most) {
    return new Arriving(owner, content, most);
  }

  private synchronized boolean add(String owner, long bytes, long most) {
    long now = of(owner) + bytes;
    if (now > most) {
      return false;
    }
    byOwner.put(owner, now);
    return true;
  }

  private synchronized void remove(String owner, long bytes) {
    byOwner.merge(owner, -bytes, Long::sum);
    byOwner.remove(owner, 0L);
  }

  /** The content of an upload, counted as it is read. Used by one thread at a time. */
  final class Arriving extends FilterInputStream {
    private final String owner;
    private final long most;
    private long counted;

    private Arriving(String owner, InputStream content, long most) {
      super(content);
      this.owner = owner;
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, length);
      if (n > 0) {
        if (!add(owner, n, most)) {
          throw new NoStorageLeft();
        }
        counted += n;
      }
      return n;
    }

    /** Its bytes are a file now, or are gone. Idempotent. */
    void over() {
      if (counted > 0) {
        remove(owner, counted);
        counted = 0;
      }
    }
  }
}
