package com.clawdforge.core.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import com.clawdforge.core.page.Page;
import com.clawdforge.core.page.PageRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link FileStore} must do. */
public abstract class FileStoreContract {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Instant LATER = T0.plusSeconds(3600);
  private static final long LIMIT = 1L << 20;

  /** The store of this test, empty at first. */
  protected abstract FileStore files();

  /** The number of contents in the store, kept as files or not. */
  protected abstract int contents();

  @Test
  void a_kept_file_is_found_and_read_as_it_came() throws IOException {
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    StoredFile file = file("ff_1", "app-1", LATER, bytes.length);

    try (FileStore.Upload upload = files().receive(new ByteArrayInputStream(bytes), LIMIT)) {
      assertEquals(bytes.length, upload.size());
      upload.keep(file);
    }

    assertEquals(Optional.of(file), files().find("app-1", "ff_1", T0));
    assertArrayEquals(bytes, read(file));
  }

  @Test
  void an_empty_file_is_a_file() {
    StoredFile file = kept("ff_1", "app-1", LATER, "");

    assertEquals(0, read(file).length);
  }

  @Test
  void exactly_the_limit_is_accepted() throws IOException {
    try (FileStore.Upload upload = files().receive(content("12345"), 5)) {
      assertEquals(5, upload.size());
    }
  }

  @Test
  void one_byte_over_the_limit_is_refused_and_leaves_nothing() {
    assertThrows(FileStore.TooLarge.class, () -> files().receive(content("123456"), 5));

    assertEquals(0, contents());
  }

  @Test
  void content_over_the_limit_is_read_only_just_beyond_it() {
    Endless endless = new Endless();

    assertThrows(FileStore.TooLarge.class, () -> files().receive(endless, 100_000));

    assertEquals(100_001, endless.given);
    assertEquals(0, contents());
  }

  private static final class Endless extends InputStream {
    private long given;

    @Override
    public int read() {
      given++;
      return 'x';
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      Arrays.fill(buffer, offset, offset + length, (byte) 'x');
      given += length;
      return length;
    }
  }

  @Test
  void a_sender_that_disconnects_is_reported_and_leaves_nothing() {
    IOException gone = new IOException("connection reset");
    InputStream broken =
        new SequenceInputStream(
            content("half"),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw gone;
              }

              @Override
              public int read(byte[] buffer, int offset, int length) throws IOException {
                throw gone;
              }
            });

    assertEquals(gone, assertThrows(IOException.class, () -> files().receive(broken, LIMIT)));
    assertEquals(0, contents());
  }

  @Test
  void an_upload_that_is_closed_without_being_kept_leaves_nothing() throws IOException {
    FileStore.Upload upload = files().receive(content("text"), LIMIT);
    assertEquals(1, contents());

    upload.close();
    upload.close();

    assertEquals(0, contents());
    assertEquals(List.of(), files().list("app-1", T0, PageRequest.all()).items());
  }

  @Test
  void received_content_is_no_file_until_it_is_kept() throws IOException {
    try (FileStore.Upload upload = files().receive(content("text"), LIMIT)) {
      assertEquals(List.of(), files().list("app-1", T0, PageRequest.all()).items());
      upload.keep(file("ff_1", "app-1", LATER, 4));
    }
    assertEquals(1, files().list("app-1", T0, PageRequest.all()).items().size());
  }

  @Test
  void an_upload_is_kept_at_most_once() throws IOException {
    FileStore.Upload upload = files().receive(content("text"), LIMIT);
    upload.keep(file("ff_1", "app-1", LATER, 4));

    assertThrows(IllegalStateException.class, () -> upload.keep(file("ff_2", "app-1", LATER, 4)));
    upload.close();

    assertEquals(Optional.empty(), files().find("app-1", "ff_2", T0));
    assertTrue(files().find("app-1", "ff_1", T0).isPresent());
    assertEquals(1, contents());
  }

  @Test
  void a_closed_upload_cannot_be_kept() throws IOException {
    FileStore.Upload upload = files().receive(content("text"), LIMIT);
    upload.close();

    assertThrows(IllegalStateException.class, () -> upload.keep(file("ff_1", "app-1", LATER, 4)));
    assertEquals(Optional.empty(), files().find("app-1", "ff_1", T0));
  }

  @Test
  void a_file_is_there_for_its_owner_only() {
    kept("ff_1", "app-1", LATER, "text");

    assertEquals(Optional.empty(), files().find("app-2", "ff_1", T0));
    assertEquals(List.of(), files().list("app-2", T0, PageRequest.all()).items());
    assertFalse(files().delete("app-2", "ff_1", T0));
    assertTrue(files().find("app-1", "ff_1", T0).isPresent());
    assertEquals(Optional.empty(), files().find("app-1", "ff_2", T0));
  }

  @Test
  void an_expired_file_is_absent() {
    kept("ff_1", "app-1", T0.plusMillis(10), "text");

    assertTrue(files().find("app-1", "ff_1", T0.plusMillis(9)).isPresent());
    Instant expiry = T0.plusMillis(10);
    assertEquals(Optional.empty(), files().find("app-1", "ff_1", expiry));
    assertEquals(
        new Page<StoredFile>(List.of(), null), files().list("app-1", expiry, PageRequest.first(1)));
    assertFalse(files().delete("app-1", "ff_1", expiry));
  }

  @Test
  void a_deleted_file_is_gone_with_its_content() {
    StoredFile file = kept("ff_1", "app-1", LATER, "text");

    assertTrue(files().delete("app-1", "ff_1", T0));

    assertEquals(Optional.empty(), files().find("app-1", "ff_1", T0));
    assertEquals(Optional.empty(), files().open(file));
    assertEquals(0, contents());
    assertFalse(files().delete("app-1", "ff_1", T0));
  }

  @Test
  void of_many_that_delete_one_file_at_once_one_does() {
    kept("ff_1", "app-1", LATER, "text");

    List<Boolean> deleted = Concurrently.call(8, i -> files().delete("app-1", "ff_1", T0));

    assertEquals(1, Collections.frequency(deleted, true));
  }

  @Test
  void an_open_content_stays_readable_to_its_end_after_deletion() throws IOException {
    StoredFile file = kept("ff_1", "app-1", LATER, "x".repeat(100_000));

    try (InputStream content = files().open(file).orElseThrow()) {
      assertEquals('x', content.read());
      assertTrue(files().delete("app-1", "ff_1", T0));
      assertEquals(99_999, content.readAllBytes().length);
    }
  }

  @Test
  void an_open_content_stays_readable_to_its_end_after_expiry() throws IOException {
    StoredFile file = kept("ff_1", "app-1", T0, "text");

    try (InputStream content = files().open(file).orElseThrow()) {
      assertEquals(1, files().deleteExpired(T0));
      assertEquals("text", new String(content.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertEquals(Optional.empty(), files().open(file));
  }

  @Test
  void a_content_can_be_open_twice() throws IOException {
    StoredFile file = kept("ff_1", "app-1", LATER, "text");

    try (InputStream first = files().open(file).orElseThrow();
        InputStream second = files().open(file).orElseThrow()) {
      assertEquals("text", new String(first.readAllBytes(), StandardCharsets.UTF_8));
      assertEquals("text", new String(second.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void expired_files_are_deleted_with_their_contents_and_others_stay() {
    kept("ff_1", "app-1", T0, "1");
    kept("ff_2", "app-2", T0.plusMillis(1), "2");
    StoredFile stays = kept("ff_3", "app-1", T0.plusMillis(2), "3");

    assertEquals(2, deleteAllExpired(T0.plusMillis(1)));

    assertEquals(1, contents());
    assertEquals(Optional.of(stays), files().find("app-1", "ff_3", T0));
    assertEquals(Optional.empty(), files().find("app-1", "ff_1", T0.minusMillis(1)));
    assertEquals(0, files().deleteExpired(T0.plusMillis(1)));
  }

  @Test
  void all_expired_files_are_deleted_in_the_end() {
    for (int i = 0; i < 150; i++) {
      kept("ff_" + i, "app-1", T0, "");
    }

    assertEquals(150, deleteAllExpired(T0));
    assertEquals(0, contents());
  }

  @Test
  void the_list_is_newest_first_and_leaves_out_what_has_expired() {
    kept("ff_1", "app-1", LATER, "1");
    kept("ff_2", "app-1", T0, "2");
    kept("ff_3", "app-1", LATER, "3");
    kept("ff_4", "app-2", LATER, "4");

    Page<StoredFile> page = files().list("app-1", T0, PageRequest.all());

    assertEquals(List.of("ff_3", "ff_1"), ids(page));
    assertNull(page.next());
  }

  @Test
  void pages_do_not_shift_when_files_come_and_go_between_them() {
    for (int i = 1; i <= 5; i++) {
      kept("ff_" + i, "app-1", LATER, "");
    }

    Page<StoredFile> first = files().list("app-1", T0, PageRequest.first(2));
    kept("ff_6", "app-1", LATER, "");
    files().delete("app-1", "ff_4", T0);
    Page<StoredFile> second = files().list("app-1", T0, new PageRequest(2, first.next()));
    Page<StoredFile> third = files().list("app-1", T0, new PageRequest(2, second.next()));

    assertEquals(List.of("ff_5", "ff_4"), ids(first));
    assertEquals(List.of("ff_3", "ff_2"), ids(second));
    assertEquals(List.of("ff_1"), ids(third));
    assertNull(third.next());
  }

  @Test
  void a_later_page_never_shows_a_newer_file() {
    for (int i = 1; i <= 3; i++) {
      kept("ff_" + i, "app-1", LATER, "");
    }
    Page<StoredFile> first = files().list("app-1", T0, PageRequest.first(1));

    // With all later files gone, careless numbering would reuse a lower number for the next one.
    files().delete("app-1", "ff_3", T0);
    files().delete("app-1", "ff_2", T0);
    kept("ff_4", "app-1", LATER, "");

    assertEquals(List.of("ff_1"), ids(files().list("app-1", T0, new PageRequest(9, first.next()))));
  }

  @Test
  void the_files_of_an_owner_are_not_kept_beyond_a_size() throws IOException {
    kept("ff_1", "app-1", LATER, "1234");
    kept("ff_2", "app-2", LATER, "12345678");
    kept("ff_3", "app-1", T0, "expired at once");

    assertEquals(4, files().bytes("app-1", T0));
    try (FileStore.Upload upload = files().receive(content("5678"), LIMIT)) {
      assertFalse(upload.keep(file("ff_4", "app-1", LATER, 4), 7));
    }
    assertEquals(Optional.empty(), files().find("app-1", "ff_4", T0));
    try (FileStore.Upload upload = files().receive(content("5678"), LIMIT)) {
      assertTrue(upload.keep(file("ff_4", "app-1", LATER, 4), 8));
    }
    assertEquals(8, files().bytes("app-1", T0));
    assertEquals(0, files().bytes("app-1", LATER));
  }

  @Test
  void many_can_upload_at_once() {
    List<StoredFile> kept =
        Concurrently.call(
            8, i -> kept("ff_" + i, "app-1", LATER, Integer.toString(i).repeat(10_000 * i)));

    for (int i = 0; i < kept.size(); i++) {
      assertEquals(
          Integer.toString(i).repeat(10_000 * i),
          new String(read(kept.get(i)), StandardCharsets.UTF_8));
    }
    assertEquals(8, files().list("app-1", T0, PageRequest.all()).items().size());
  }

  private int deleteAllExpired(Instant now) {
    int all = 0;
    int deleted;
    do {
      deleted = files().deleteExpired(now);
      all += deleted;
    } while (deleted > 0);
    return all;
  }

  private StoredFile kept(String id, String tokenId, Instant expiresAt, String text) {
    StoredFile file = file(id, tokenId, expiresAt, text.length());
    try (FileStore.Upload upload = files().receive(content(text), LIMIT)) {
      upload.keep(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private byte[] read(StoredFile file) {
    try (InputStream content = files().open(file).orElseThrow()) {
      return content.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StoredFile file(String id, String tokenId, Instant expiresAt, long size) {
    return new StoredFile(id, tokenId, "name of " + id + ".txt", size, T0, expiresAt);
  }

  private static InputStream content(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> ids(Page<StoredFile> page) {
    return page.items().stream().map(StoredFile::id).toList();
  }
}
