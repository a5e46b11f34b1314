package com.clawdforge.core.file;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps uploaded files. Calls may come from any thread, block for as long as the disk takes, and
 * throw {@link com.clawdforge.core.error.StoreException} when the store is broken. A file is there
 * whole or not at all, whenever the gateway dies. An expired file is as good as absent at once, not
 * only when {@link #deleteExpired} has come by.
 */
public interface FileStore {
  /**
   * Reads a file's content to where it can be kept. Nothing is kept until {@link Upload#keep}.
   *
   * @param maxBytes the most that is read
   * @throws IOException if the sender breaks off
   * @throws TooLarge if there is more
   */
  Upload receive(InputStream content, long maxBytes) throws IOException;

  /**
   * A received content that is not anybody's file yet. Closing it discards it unless it was kept.
   */
  interface Upload extends AutoCloseable {
    /** In bytes. */
    long size();

    /** Makes it the content of {@code file}, durably. At most once. */
    void keep(StoredFile file);

    @Override
    void close();
  }

  /** More content came than {@code receive} was to accept. */
  final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    public TooLarge(long maxBytes) {
      super("more than " + maxBytes + " bytes");
    }
  }

  /** The file of that owner that has not expired. */
  Optional<StoredFile> find(String tokenId, String fileId, Instant now);

  /**
   * The content of a found file; the caller closes it. What is open stays readable to its end when
   * the file is deleted meanwhile. Empty if it is gone already.
   */
  Optional<InputStream> open(StoredFile file);

  /** The owner's files that have not expired, newest first. */
  Page<StoredFile> list(String tokenId, Instant now, PageRequest page);

  /**
   * Deletes the file of that owner.
   *
   * @return false if there is none, or it has expired
   */
  boolean delete(String tokenId, String fileId, Instant now);

  /**
   * Deletes files that have expired, a bounded number in one call.
   *
   * @return how many; 0 means that none is left
   */
  int deleteExpired(Instant now);
}
