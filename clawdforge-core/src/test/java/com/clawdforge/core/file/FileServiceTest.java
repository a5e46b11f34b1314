package com.clawdforge.core.file;

import static com.clawdforge.core.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.MutableClock;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.auth.Caller;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.ErrorCode;
import com.clawdforge.core.page.PageRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileServiceTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Caller APP = new Caller("id-1", "cauldron");
  private static final Caller OTHER = new Caller("id-2", "other");

  private final MutableClock clock = new MutableClock(T0);
  private final InMemoryFileStore store = new InMemoryFileStore();
  private final FileService files = new FileService(store, clock, new SecureRandom(), 10);

  @Test
  void a_file_gets_a_token_that_cannot_be_guessed_and_a_safe_name() throws IOException {
    StoredFile file = upload("../a.txt", "text", null);

    assertTrue(file.id().matches("ff_[A-Za-z0-9_-]{32}"), file.id());
    assertEquals("a.txt", file.name());
    assertEquals(4, file.size());
    assertEquals("id-1", file.tokenId());
    assertEquals(T0, file.createdAt());
    assertEquals(List.of(file), files.list(APP, PageRequest.all()).items());
    assertEquals(List.of(), files.list(OTHER, PageRequest.all()).items());
  }

  @ParameterizedTest
  @CsvSource({"PT0S,PT1M", "PT59S,PT1M", "PT61S,PT61S", "PT24H,PT24H", "PT25H,PT24H"})
  void a_lifetime_is_clamped(Duration asked, Duration given) throws IOException {
    StoredFile file = upload("a", "", asked);

    assertEquals(T0.plus(given), file.expiresAt());
  }

  @Test
  void a_file_lives_for_an_hour_unless_it_is_said() throws IOException {
    assertEquals(T0.plus(Duration.ofHours(1)), upload("a", "", null).expiresAt());
  }

  @Test
  void a_file_over_the_limit_is_refused() {
    assertRefused(
        ErrorCode.PAYLOAD_TOO_LARGE,
        () -> files.receive(APP, new ByteArrayInputStream(new byte[11]), null).close());
    assertEquals(0, store.contents());
  }

  @Test
  void uploads_under_way_count_as_storage_until_they_are_over() throws IOException {
    Caller nine =
        new Caller(
            "id-1",
            "cauldron",
            TokenLimits.NONE.with(new TokenShares(null, null, null, null, null, 9L)));
    try (FileStore.Upload five = files.receive(nine, bytes(5), null)) {
      files.requireStorage(nine, 4);
      assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> files.requireStorage(nine, 5));
      assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> files.receive(nine, bytes(5), null).close());
      assertEquals(1, store.contents());
      files.receive(OTHER, bytes(10), null).close();
      files.receive(nine, bytes(4), null).close();

      files.keep(nine, five, "a", null);
      files.receive(nine, bytes(4), null).close();
      assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> files.receive(nine, bytes(5), null).close());
    }
    files.requireStorage(nine, 4);
    files.delete(nine, files.list(nine, PageRequest.all()).items().getFirst().id());
    files.receive(nine, bytes(9), null).close();
    assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> files.receive(nine, bytes(10), null).close());
    assertEquals(0, store.contents());
  }

  private static InputStream bytes(int length) {
    return new ByteArrayInputStream(new byte[length]);
  }

  @Test
  void files_are_opened_in_order_under_distinct_names() throws IOException {
    StoredFile first = upload("a.txt", "1", null);
    StoredFile second = upload("a.txt", "22", null);

    List<Attachment> opened = files.open(APP, List.of(second.id(), first.id()));

    assertEquals(List.of("a.txt", "a-2.txt"), opened.stream().map(Attachment::name).toList());
    assertEquals(List.of(2L, 1L), opened.stream().map(Attachment::size).toList());
    assertEquals("22", text(opened.getFirst().content()));
    assertEquals("1", text(opened.getLast().content()));
    Attachment.close(opened);
  }

  @Test
  void what_is_open_outlives_deletion() throws IOException {
    StoredFile file = upload("a.txt", "text", null);
    List<Attachment> opened = files.open(APP, List.of(file.id()));

    files.delete(APP, file.id());

    assertEquals("text", text(opened.getFirst().content()));
    Attachment.close(opened);
  }

  @Test
  void files_of_another_app_unknown_and_expired_files_do_not_exist() throws IOException {
    StoredFile file = upload("a.txt", "text", Duration.ofMinutes(1));
    List<String> ids = List.of(file.id());

    assertRefused(ErrorCode.NOT_FOUND, () -> Attachment.close(files.open(OTHER, ids)));
    assertRefused(ErrorCode.NOT_FOUND, () -> files.delete(OTHER, file.id()));
    assertRefused(
        ErrorCode.NOT_FOUND,
        () -> Attachment.close(files.open(APP, List.of(file.id(), "ff_unknown"))));
    clock.advance(Duration.ofMinutes(1));
    assertRefused(ErrorCode.NOT_FOUND, () -> Attachment.close(files.open(APP, ids)));
    assertRefused(ErrorCode.NOT_FOUND, () -> files.delete(APP, file.id()));
  }

  @Test
  void sweeping_deletes_what_has_expired() throws IOException {
    upload("a.txt", "1", Duration.ofMinutes(1));
    StoredFile stays = upload("b.txt", "2", Duration.ofMinutes(2));
    clock.advance(Duration.ofMinutes(1));

    files.sweep();

    assertEquals(1, store.contents());
    assertEquals(List.of(stays), files.list(APP, PageRequest.all()).items());
  }

  private StoredFile upload(String name, String text, @Nullable Duration ttl) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (FileStore.Upload upload = files.receive(APP, new ByteArrayInputStream(bytes), null)) {
      return files.keep(APP, upload, name, ttl);
    }
  }

  private static String text(InputStream content) throws IOException {
    return new String(content.readAllBytes(), StandardCharsets.UTF_8);
  }
}
