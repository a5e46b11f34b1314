package com.clawdforge.core.file;

import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/**
 * Stores uploaded files. Safe for any thread. Calls block for disk accesses and throw {@link
 * com.clawdforge.core.error.StoreException} when the store fails. A file exists completely or not
 * at all, even if the gateway dies. An expired file is treated as absent, even before {@link
 * #deleteExpired} deletes it.
 */
public interface FileStore {
  /**
   * Reads a file's content to the disk. It becomes a file only by {@link Upload#keep}.
   *
   * @param maxBytes the longest accepted content
   * @throws IOException if the sender disconnects
   * @throws TooLarge if the content is longer
   */
  Upload receive(InputStream content, long maxBytes) throws IOException;

  /**
   * Received content that is not a file yet. Closing it discards the content unless it was kept.
   */
  interface Upload extends AutoCloseable {
    /** The size in bytes. */
    long size();

    /** Makes this the content of {@code file}, durably. Call at most once. */
    default void keep(StoredFile file) {
      keep(file, Long.MAX_VALUE);
    }

    /**
     * As {@link #keep(StoredFile)}, unless its owner's files would be too large together.
     *
     * @param mostBytes how large the files of the owner that have not expired at its creation may
     *     be, this one included
     * @return false if they would be larger; then nothing is kept
     */
    boolean keep(StoredFile file, long mostBytes);

    @Override
    void close();
  }

  /** The content is longer than {@code receive} accepts. */
  final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    public TooLarge(long maxBytes) {
      super("more than " + maxBytes + " bytes");
    }
  }

  /** Finds the owner's file unless it has expired. */
  Optional<StoredFile> find(String tokenId, String fileId, Instant now);

  /**
   * Opens the content of a found file; the caller closes it. An open stream stays readable to its
   * end even if the file is deleted. Empty if the file is already gone.
   */
  Optional<InputStream> open(StoredFile file);

  /** How large the owner's files are together that have not expired, in bytes. */
  long bytes(String tokenId, Instant now);

  /** The owner's files that have not expired, newest first. */
  Page<StoredFile> list(String tokenId, Instant now, PageRequest page);

  /**
   * Deletes the owner's file.
   *
   * @return false if it does not exist or has expired
   */
  boolean delete(String tokenId, String fileId, Instant now);

  /**
   * Deletes expired files, a bounded number per call.
   *
   * @return how many were deleted; 0 if none is left
   */
  int deleteExpired(Instant now);
}
