package com.clawdforge.acpx.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.acpx.file.PrivateFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session survives whatever its agent's commands do to its directory. */
@Timeout(20)
final class SessionDirectoryTest {
  @TempDir Path temp;
  private SessionDirectory directory;

  @BeforeEach
  void prepare() throws Exception {
    directory = SessionDirectory.of(temp.resolve("sessions"), UUID.randomUUID().toString());
    directory.prepare("{}");
  }

  @Test
  void a_cost_that_is_no_amount_of_money_counts_as_none() throws Exception {
    for (String rubbish : List.of("", "rubbish", "1e999999999", "-3", "1".repeat(100_000))) {
      Files.writeString(directory.root().resolve("cost"), rubbish);
      assertEquals(BigDecimal.ZERO, directory.cost());
    }
    Files.write(directory.root().resolve("cost"), new byte[] {(byte) 0xff});
    assertEquals(BigDecimal.ZERO, directory.cost());
  }

  @Test
  void what_it_cost_is_kept() throws Exception {
    directory.cost(new BigDecimal("0.025355999999999997"));
    assertEquals(new BigDecimal("0.025355999999999997"), directory.cost());
  }

  @Test
  void a_record_that_is_not_a_plain_file_is_none() throws Exception {
    directory.recordId("a-record");
    assertEquals(Optional.of("a-record"), directory.recordId());
    Path record = directory.root().resolve("acpx-record");

    Files.delete(record);
    Files.createDirectory(record);
    assertEquals(Optional.empty(), directory.recordId());

    Files.delete(record);
    Files.createSymbolicLink(record, Files.writeString(temp.resolve("elsewhere"), "of another"));
    assertEquals(Optional.empty(), directory.recordId());

    Files.delete(record);
    assertEquals(0, new ProcessBuilder("mkfifo", record.toString()).inheritIO().start().waitFor());
    assertEquals(Optional.empty(), directory.recordId());
  }

  @Test
  void a_directory_in_a_files_place_gives_way() throws Exception {
    for (Path file : List.of(directory.shim(), directory.shimConfig(), directory.mcpConfig())) {
      Files.delete(file);
      Files.createDirectories(file.resolve("in/it"));
    }
    directory.prepare("{\"new\":1}");
    assertEquals("{\"new\":1}", Files.readString(directory.shimConfig()));
  }

  @Test
  void a_link_in_place_of_the_working_directory_is_replaced_not_followed() throws Exception {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.writeString(other.resolve("precious"), "x");
    Files.delete(directory.work());
    Files.createSymbolicLink(directory.work(), other);

    directory.prepare("{}");
    assertTrue(Files.isDirectory(directory.work(), LinkOption.NOFOLLOW_LINKS));
    assertTrue(Files.exists(other.resolve("precious")));
  }

  @Test
  void attachments_are_staged_in_the_working_directory_despite_links() throws Exception {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.createSymbolicLink(directory.work().resolve("attachments"), other);

    Path turn = SessionDirectory.attachments("turn");
    directory.stage(turn, "a.bin", new ByteArrayInputStream("x".getBytes(StandardCharsets.UTF_8)));

    try (Stream<Path> strayed = Files.list(other)) {
      assertEquals(List.of(), strayed.toList());
    }
    Path staged = directory.work().resolve(turn).resolve("a.bin");
    assertEquals("x", Files.readString(staged));
    assertFalse(staged.toFile().canExecute());
  }

  // Its domain allows what lies below its owner's folder, as long as it lies there.
  @Test
  void a_directory_is_deleted_where_no_agent_can_write() throws Exception {
    SessionFolders folders = new SessionFolders(temp.resolve("sessions"));
    SessionDirectory own = SessionDirectory.of(folders.ofOwner("a"), UUID.randomUUID().toString());
    own.prepare();
    AtomicBoolean outside = new AtomicBoolean();
    Path work = own.work();
    for (int i = 0; i < 5000; i++) {
      Files.createFile(work.resolve("file" + i));
    }
    Thread agent =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (IntStream.range(0, 20)
                      .allMatch(i -> Files.exists(work.resolve("file" + i)))) {
                    Thread.onSpinWait();
                  }
                  outside.set(!Files.exists(work));
                });
    own.delete();
    agent.join();
    assertTrue(outside.get());
    assertFalse(Files.exists(own.root()));
  }

  @Test
  void what_an_earlier_server_had_begun_to_delete_is_deleted() throws Exception {
    SessionFolders folders = new SessionFolders(temp.resolve("sessions"));
    Path left = Files.createDirectories(temp.resolve("sessions/trash/some/work"));
    folders.unknownSinceBefore(Instant.now(), id -> true);
    assertFalse(Files.exists(left.getParent()));
  }

  // What an agent does that still runs from an earlier turn.
  @Test
  void attachments_are_staged_in_the_working_directory_while_a_link_takes_its_place()
      throws Exception {
    Path other = Files.createDirectory(temp.resolve("other"));
    Path attachments = directory.work().resolve("attachments");
    AtomicBoolean over = new AtomicBoolean();
    Thread agent = Thread.ofPlatform().start(() -> swap(attachments, other, over));
    try {
      for (int i = 0; i < 2000; i++) {
        try {
          directory.stage(
              SessionDirectory.attachments("turn" + i),
              "a.bin",
              new ByteArrayInputStream(new byte[] {1}));
        } catch (IOException failed) {
          // The turn fails, by its own agent's doing.
        }
      }
    } finally {
      over.set(true);
      agent.join();
    }
    try (Stream<Path> strayed = Files.list(other)) {
      assertEquals(List.of(), strayed.toList());
    }
  }

  private void swap(Path attachments, Path other, AtomicBoolean over) {
    Path aside = directory.work().resolve("aside");
    Path link = directory.work().resolve("link");
    while (!over.get()) {
      try {
        Files.createDirectories(attachments);
        Files.createSymbolicLink(link, other);
        Files.move(attachments, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.move(link, attachments, StandardCopyOption.ATOMIC_MOVE);
        Files.move(attachments, link, StandardCopyOption.ATOMIC_MOVE);
        Files.move(aside, attachments, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(link);
      } catch (IOException changedMeanwhile) {
        PrivateFiles.delete(link);
        PrivateFiles.delete(aside);
      }
    }
  }
}
