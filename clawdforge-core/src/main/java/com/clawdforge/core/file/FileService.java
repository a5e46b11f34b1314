package com.clawdforge.core.file;

import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.Allowance;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import com.clawdforge.core.text.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Receives, lists, deletes and opens the files of apps. Safe for any thread. */
public final class FileService {
  private static final Duration DEFAULT_TTL = Duration.ofHours(1);
  private static final Duration MIN_TTL = Duration.ofMinutes(1);
  private static final Duration MAX_TTL = Duration.ofDays(1);
  private static final int ID_BYTES = 24;

  private final FileStore store;
  private final Clock clock;
  private final SecureRandom random;
  private final long maxBytes;
  private final UploadsUnderWay underWay = new UploadsUnderWay();

  /**
   * @param maxBytes the largest accepted file
   */
  public FileService(FileStore store, Clock clock, SecureRandom random, long maxBytes) {
    this.store = store;
    this.clock = clock;
    this.random = random;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads the content of a file whose lifetime is not known yet. What has arrived counts as the
   * caller's until it is kept or closed, so that many uploads at once do not fill the disk.
   *
   * @param name as the client gave it, for a refusal; null if it gave none
   * @throws IOException if the sender disconnects
   * @throws Refusal {@link ErrorCode#PAYLOAD_TOO_LARGE}, or {@link ErrorCode#QUOTA_EXCEEDED} if the
   *     caller's files and uploads would be too large together
   */
  public FileStore.Upload receive(Caller caller, InputStream content, @Nullable String name)
      throws IOException {
    @Nullable Long most = caller.limits().shares().maxStorageBytes();
    long left = most == null ? Long.MAX_VALUE : Math.max(0, most - bytes(caller));
    UploadsUnderWay.Arriving arriving = underWay.begin(caller.tokenId(), content, left);
    boolean received = false;
    try {
      FileStore.Upload upload = new Counted(store.receive(arriving, maxBytes), arriving);
      received = true;
      return upload;
    } catch (FileStore.TooLarge e) {
      throw tooLarge(name);
    } catch (UploadsUnderWay.NoStorageLeft e) {
      throw beyondStorage(most == null ? 0 : most, used(caller));
    } finally {
      if (!received) {
        arriving.over();
      }
    }
  }

  /** An upload whose bytes count as under way until it is a file or closed. */
  private record Counted(FileStore.Upload upload, UploadsUnderWay.Arriving arriving)
      implements FileStore.Upload {
    @Override
    public long size() {
      return upload.size();
    }

    @Override
    public boolean keep(StoredFile file, long mostBytes) {
      boolean kept = upload.keep(file, mostBytes);
      arriving.over();
      return kept;
    }

    @Override
    public void close() {
      try {
        upload.close();
      } finally {
        arriving.over();
      }
    }
  }

  /**
   * The refusal of an upload over the limit, also for callers that know its size in advance.
   *
   * @param name as the client gave it; null if it is not known
   */
  public Refusal tooLarge(@Nullable String name) {
    String file = name == null ? "the file" : "the file " + FileName.safe(name);
    return Refusal.of(
        ErrorCode.PAYLOAD_TOO_LARGE, file + " is larger than " + ByteSize.words(maxBytes));
  }

  /** The largest accepted file, in bytes. */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * Makes received content a file of the caller.
   *
   * @param declaredName as the client gave it
   * @param ttl null for an hour; clamped to between a minute and a day
   * @throws Refusal {@link ErrorCode#QUOTA_EXCEEDED} if the caller's files would be too large
   *     together
   */
  public StoredFile keep(
      Caller caller,
      FileStore.Upload upload,
      @Nullable String declaredName,
      @Nullable Duration ttl) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    StoredFile file =
        new StoredFile(
            newId(),
            caller.tokenId(),
            FileName.safe(declaredName),
            upload.size(),
            now,
            now.plus(clamped(ttl == null ? DEFAULT_TTL : ttl)));
    @Nullable Long most = caller.limits().shares().maxStorageBytes();
    if (!upload.keep(file, most == null ? Long.MAX_VALUE : most)) {
      throw beyondStorage(most == null ? 0 : most, bytes(caller));
    }
    return file;
  }

  /** How large the caller's files are together, in bytes. */
  public long bytes(Caller caller) {
    return store.bytes(caller.tokenId(), clock.instant());
  }

  private long used(Caller caller) {
    return bytes(caller) + underWay.of(caller.tokenId());
  }

  /**
   * Refuses a caller that cannot keep its file, before its upload is read.
   *
   * @param least how large the file is at least, in bytes
   * @throws Refusal {@link ErrorCode#QUOTA_EXCEEDED} also if there is room for no file at all
   */
  public void requireStorage(Caller caller, long least) {
    @Nullable Long most = caller.limits().shares().maxStorageBytes();
    if (most != null) {
      long used = used(caller);
      if (used >= most || least > most - used) {
        throw beyondStorage(most, used);
      }
    }
  }

  private static Refusal beyondStorage(long most, long used) {
    return Refusal.beyond(
        ErrorCode.QUOTA_EXCEEDED,
        "the files of this token may have %s together, and have %s; delete some, or wait until they"
                .formatted(ByteSize.words(most), ByteSize.words(used))
            + " expire",
        MIN_TTL,
        new Allowance(
            "max_storage_bytes",
            BigDecimal.valueOf(most),
            BigDecimal.valueOf(Math.max(0, most - used)),
            null,
            null));
  }

  public Page<StoredFile> list(Caller caller, PageRequest page) {
    return store.list(caller.tokenId(), clock.instant(), page);
  }

  public void delete(Caller caller, String fileId) {
    if (!store.delete(caller.tokenId(), fileId, clock.instant())) {
      throw Refusal.notFound("file", fileId);
    }
  }

  /**
   * Opens the caller's files under distinct names, so that neither expiry nor deletion can take
   * them away from work that was accepted. The caller of this method closes the contents.
   *
   * @throws Refusal {@link ErrorCode#NOT_FOUND} for the first file that does not exist; then none
   *     is open
   */
  public List<Attachment> open(Caller caller, List<String> fileIds) {
    List<Attachment> opened = new ArrayList<>();
    try {
      List<StoredFile> files = fileIds.stream().map(id -> find(caller, id)).toList();
      List<String> names = FileName.distinct(files.stream().map(StoredFile::name).toList());
      for (int i = 0; i < files.size(); i++) {
        StoredFile file = files.get(i);
        InputStream content =
            store.open(file).orElseThrow(() -> Refusal.notFound("file", file.id()));
        opened.add(new Attachment(names.get(i), file.size(), content));
      }
      return opened;
    } catch (RuntimeException e) {
      Attachment.close(opened);
      throw e;
    }
  }

  /** Deletes all expired files. */
  public void sweep() {
    Instant now = clock.instant();
    int deleted;
    do {
      deleted = store.deleteExpired(now);
    } while (deleted > 0 && !Thread.currentThread().isInterrupted());
  }

  private StoredFile find(Caller caller, String fileId) {
    return store
        .find(caller.tokenId(), fileId, clock.instant())
        .orElseThrow(() -> Refusal.notFound("file", fileId));
  }

  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return "ff_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Duration clamped(Duration ttl) {
    if (ttl.compareTo(MIN_TTL) < 0) {
      return MIN_TTL;
    }
    return ttl.compareTo(MAX_TTL) > 0 ? MAX_TTL : ttl;
  }
}
