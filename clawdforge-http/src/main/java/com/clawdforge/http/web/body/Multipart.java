package com.clawdforge.http.web.body;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a {@code multipart/form-data} body one after the other, without collecting
 * them in memory or in files. Jetty's parser gets one buffer of the body at a time, whenever the
 * reader of a part has consumed the one before.
 */
public final class Multipart {
  private static final int MAX_PARTS = 32;
  private static final int MAX_PART_HEADERS_BYTES = 8 << 10;
  private static final int BUFFER_BYTES = 32 << 10;

  private final InputStream body;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Deque<Step> steps = new ArrayDeque<>();
  private final MultiPart.Parser parser;
  private @Nullable Throwable failure;

  private sealed interface Step {}

  private record Begin(@Nullable String name, @Nullable String fileName) implements Step {}

  private record Bytes(ByteBuffer bytes) implements Step {}

  private record PartEnd() implements Step {}

  private record End() implements Step {}

  public Multipart(InputStream body, String boundary) {
    this.body = body;
    this.parser = new MultiPart.Parser(boundary, new Steps());
    parser.setMaxParts(MAX_PARTS);
    parser.setPartHeadersMaxLength(MAX_PART_HEADERS_BYTES);
  }

  /**
   * A part; its content can be read until {@link #next} is called.
   *
   * @param fileName null if the part is not a file
   */
  public record Part(@Nullable String name, @Nullable String fileName, InputStream content) {}

  /**
   * The next part, or null after the last one. Skips the unread rest of the part before.
   *
   * @throws IOException if the body is not multipart, has too many parts, or breaks off
   */
  public @Nullable Part next() throws IOException {
    while (true) {
      switch (step()) {
        case Begin begin -> {
          return new Part(begin.name(), begin.fileName(), new PartContent());
        }
        case End end -> {
          steps.addFirst(end);
          return null;
        }
        case PartEnd partEnd -> {}
        case Bytes skipped -> {}
      }
    }
  }

  private Step step() throws IOException {
    while (steps.isEmpty()) {
      if (failure != null) {
        throw new IOException("not a well-formed multipart body", failure);
      }
      int n = body.read(buffer);
      parser.parse(
          n < 0 ? Content.Chunk.EOF : Content.Chunk.from(ByteBuffer.wrap(buffer, 0, n), false));
      if (n < 0 && steps.isEmpty() && failure == null) {
        throw new EOFException("the body ended before its last boundary");
      }
    }
    return steps.removeFirst();
  }

  private final class PartContent extends InputStream {
    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (!current.hasRemaining() && !ended) {
        Step step = step();
        if (step instanceof Bytes more) {
          current = more.bytes();
        } else {
          ended = true;
          steps.addFirst(step);
        }
      }
      if (ended) {
        return -1;
      }
      int n = Math.min(length, current.remaining());
      current.get(target, offset, n);
      return n;
    }
  }

  private final class Steps extends MultiPart.AbstractPartsListener {
    @Override
    public void onPartHeaders() {
      steps.add(new Begin(getName(), getFileName()));
    }

    @Override
    public void onPartContent(Content.Chunk chunk) {
      // A view of our buffer, or of the parser's own bytes. All steps are consumed before the
      // buffer
      // is filled again, so no copy is needed.
      steps.add(new Bytes(chunk.getByteBuffer().slice()));
    }

    @Override
    public void onPart(@Nullable String name, @Nullable String fileName, HttpFields headers) {
      steps.add(new PartEnd());
    }

    @Override
    public void onComplete() {
      steps.add(new End());
    }

    @Override
    public void onFailure(Throwable why) {
      failure = why;
    }
  }
}
