package com.clawdforge.http.api.file;

import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.file.FileService;
import com.clawdforge.core.file.FileStore;
import com.clawdforge.core.file.StoredFile;
import com.clawdforge.core.page.Page;
import com.clawdforge.http.api.wire.Done;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Paging;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.body.Encoding;
import com.clawdforge.http.web.body.IgnoredFields;
import com.clawdforge.http.web.body.Multipart;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.MultiPart;
import org.jspecify.annotations.Nullable;

/** Routes of files that apps upload for their runs and turns. */
public final class FileRoutes {
  /** Allowance for boundaries, headers and small fields in addition to the file. */
  private static final long AROUND_BYTES = 1 << 20;

  private static final String FILE = "file";
  private static final String TTL = "ttl_secs";
  private static final Set<String> FIELDS = Set.of(FILE, TTL);
  private static final int MAX_FIELD_BYTES = 64;
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final BigInteger FAR = BigInteger.valueOf(1_000_000_000L);

  private final FileService files;

  public FileRoutes(FileService files) {
    this.files = files;
  }

  public void addTo(RouteTable routes) {
    routes.work(HandlerType.POST, "/files", this::upload);
    routes.app(HandlerType.GET, "/files", this::list);
    routes.app(HandlerType.DELETE, "/files/{file_token}", this::delete);
  }

  private record Uploaded(String fileToken, long ttlSecs, long size) {}

  private record Listed(
      String fileToken, String name, long size, long createdAt, String expiresAt) {
    static Listed of(StoredFile file) {
      return new Listed(
          file.id(),
          file.name(),
          file.size(),
          file.createdAt().getEpochSecond(),
          Json.time(file.expiresAt()));
    }
  }

  private record Files(boolean ok, List<Listed> files, @Nullable String nextCursor) {}

  private void upload(Context ctx, Caller caller) throws IOException {
    Encoding.requirePlain(ctx);
    long announced = ctx.req().getContentLengthLong();
    boolean tooLarge = announced > files.maxBytes() + AROUND_BYTES;
    files.requireStorage(caller, tooLarge ? 0 : announced - AROUND_BYTES);
    String boundary = boundary(ctx);
    if (tooLarge && ctx.header("Expect") != null) {
      // The client sends nothing yet, not even the file's name.
      throw files.tooLarge(null);
    }
    Multipart parts = new Multipart(body(ctx), boundary);
    StoredFile file;
    try (Form form = new Form()) {
      form.read(caller, parts, tooLarge);
      file = form.keep(caller);
      form.ignored.announce(ctx);
    } catch (BodyTooLarge e) {
      throw files.tooLarge(null);
    } catch (IOException | HttpException.RuntimeException broken) {
      if (tooLarge) {
        throw files.tooLarge(null);
      }
      throw Refusal.of(
          ErrorCode.MALFORMED_REQUEST,
          "the body is not well-formed multipart/form-data, or broke off");
    }
    long ttl = Duration.between(file.createdAt(), file.expiresAt()).toSeconds();
    Responses.json(ctx, new Uploaded(file.id(), ttl, file.size()));
  }

  private void list(Context ctx, Caller caller) throws IOException {
    Page<StoredFile> page = files.list(caller, Paging.of(ctx));
    Responses.json(
        ctx,
        new Files(
            true, page.items().stream().map(Listed::of).toList(), Paging.cursor(ctx, page.next())));
  }

  private void delete(Context ctx, Caller caller) throws IOException {
    files.delete(caller, ctx.pathParam("file_token"));
    Responses.json(ctx, new Done(true));
  }

  private static String boundary(Context ctx) {
    @Nullable String type = ctx.header("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      throw Refusal.of(
          ErrorCode.UNSUPPORTED_MEDIA_TYPE, "send the file as Content-Type: multipart/form-data");
    }
    @Nullable String boundary = MultiPart.extractBoundary(type);
    if (boundary == null || boundary.isEmpty()) {
      throw Refusal.of(
          ErrorCode.MALFORMED_REQUEST, "the Content-Type names no boundary of the parts");
    }
    return boundary;
  }

  private InputStream body(Context ctx) throws IOException {
    return new Limited(ctx.req().getInputStream(), files.maxBytes() + AROUND_BYTES);
  }

  /** The fields of the form, in any order. */
  private final class Form implements AutoCloseable {
    private FileStore.@Nullable Upload upload;
    private @Nullable String fileName;
    private @Nullable Duration ttl;
    private final List<String> names = new ArrayList<>();
    private IgnoredFields ignored = new IgnoredFields(List.of());

    /**
     * Reads all parts.
     *
     * @param tooLarge whether the whole is known to be too large, so that only the file's name
     *     matters
     */
    void read(Caller caller, Multipart parts, boolean tooLarge) throws IOException {
      for (Multipart.Part part = parts.next(); part != null; part = parts.next()) {
        if (part.name() != null) {
          names.add(part.name());
          // Now, before a large file is read.
          ignored = IgnoredFields.of(names, FIELDS);
        }
        if (FILE.equals(part.name()) && part.fileName() != null) {
          if (upload != null) {
            throw Refusal.invalid(FILE, "send one file at a time");
          }
          fileName = part.fileName();
          if (tooLarge) {
            throw files.tooLarge(fileName);
          }
          upload = files.receive(caller, part.content(), fileName);
        } else if (TTL.equals(part.name())) {
          ttl = ttl(part.content());
        }
      }
    }

    StoredFile keep(Caller caller) {
      if (upload == null) {
        throw Refusal.invalid(FILE, "file is required, as a part with a filename");
      }
      return files.keep(caller, upload, fileName, ttl);
    }

    @Override
    public void close() {
      if (upload != null) {
        upload.close();
      }
    }

    private static Duration ttl(InputStream content) throws IOException {
      String text = new String(content.readNBytes(MAX_FIELD_BYTES), StandardCharsets.UTF_8).strip();
      if (!INTEGER.matcher(text).matches()) {
        throw Refusal.invalid(TTL, TTL + " must be an integer");
      }
      // Very large values are clamped here; the service clamps the rest.
      BigInteger seconds = new BigInteger(text);
      return Duration.ofSeconds(seconds.max(FAR.negate()).min(FAR).longValue());
    }
  }

  /** The body is larger than a file and its surroundings may be. */
  private static final class BodyTooLarge extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long limit) {
      super(in);
      this.left = limit;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, length);
      left -= Math.max(0, n);
      if (left < 0) {
        throw new BodyTooLarge();
      }
      return n;
    }
  }
}
