package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Children that write at once, read by one thread. */
@Timeout(60)
class SharedReaderTest {
  private static final int CHILDREN = 4;
  private static final int LINES = 60;
  private static final String COUNTING =
      "i=0; while [ $i -lt " + LINES + " ]; do i=$((i+1)); echo $i; sleep 0.005; done";

  private final SharedReader reader = new SharedReader(3, 50);
  private final List<Heard> heard = new ArrayList<>();

  /** What a listener got, and from which threads. */
  private static class Heard implements ChildProcess.Listener {
    final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    final Set<String> threads = ConcurrentHashMap.newKeySet();
    final List<String> tooMuch = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch shared = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onLine(byte[] line) {
      lines.add(new String(line, StandardCharsets.UTF_8));
      String thread = Thread.currentThread().getName();
      threads.add(thread);
      if (thread.equals("stdout-of-many")) {
        shared.countDown();
      }
    }

    @Override
    public void onTooMuch(String what) {
      tooMuch.add(what);
    }

    @Override
    public void onEnd() {
      ended.countDown();
    }

    void awaitEnd() throws InterruptedException {
      assertTrue(ended.await(30, TimeUnit.SECONDS), "its end was not noticed");
    }
  }

  @Test
  void each_listener_gets_its_own_lines_in_order_and_the_end_while_one_thread_reads_all()
      throws Exception {
    for (int i = 0; i < CHILDREN; i++) {
      heard.add(new Heard());
      read(COUNTING, heard.get(i), 100);
    }

    for (Heard it : heard) {
      it.awaitEnd();
      assertEquals(IntStream.rangeClosed(1, LINES).mapToObj(Integer::toString).toList(), it.lines);
      assertTrue(it.threads.contains("stdout-of-many"), it.threads::toString);
    }
  }

  @Test
  void few_children_are_read_by_their_own_threads() throws Exception {
    Heard alone = new Heard();

    Thread own = read(COUNTING, alone, 100);

    alone.awaitEnd();
    assertEquals(LINES, alone.lines.size());
    assertEquals(Set.of(own.getName()), alone.threads);
  }

  @Test
  void a_child_that_closes_its_output_and_lives_on_has_ended_though_others_write()
      throws Exception {
    Heard closing = new Heard();
    Process child = start(COUNTING + "; exec >&-; exec sleep 100");
    try {
      read(child, closing, 100);
      crowd(3);

      closing.awaitEnd();

      assertEquals(LINES, closing.lines.size());
      assertTrue(child.isAlive());
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void a_line_that_is_too_long_ends_only_its_own_child() throws Exception {
    Heard flooding = new Heard();
    read(COUNTING + "; echo 1234567890123456789012345678901; echo more", flooding, 30);
    crowd(3);

    flooding.awaitEnd();

    assertEquals(LINES, flooding.lines.size());
    assertEquals(List.of("a line of more than 30 bytes"), flooding.tooMuch);
    for (Heard it : heard) {
      it.awaitEnd();
      assertEquals(2 * LINES, it.lines.size());
    }
  }

  @Test
  void a_listener_that_fails_ends_only_its_own_child() throws Exception {
    Heard failing =
        new Heard() {
          @Override
          public void onLine(byte[] line) {
            super.onLine(line);
            if (shared.getCount() == 0) {
              throw new IllegalStateException("as the test wants");
            }
          }
        };
    Thread own = read(COUNTING, failing, 100);
    own.setUncaughtExceptionHandler((thread, expected) -> {});
    crowd(3);

    failing.awaitEnd();

    assertTrue(failing.lines.size() < LINES);
    for (Heard it : heard) {
      it.awaitEnd();
      assertEquals(2 * LINES, it.lines.size());
    }
  }

  // As many others, which write for longer.
  private void crowd(int children) throws IOException {
    for (int i = 0; i < children; i++) {
      Heard other = new Heard();
      heard.add(other);
      read(COUNTING + ";" + COUNTING, other, 100);
    }
  }

  private Thread read(String script, Heard listener, int maxLine) throws IOException {
    return read(start(script), listener, maxLine);
  }

  private Thread read(Process child, Heard listener, int maxLine) {
    LineSource source =
        new LineSource(
            child.getInputStream(),
            new Lines(child.getInputStream(), maxLine, 1 << 20),
            listener,
            () -> !child.isAlive());
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                source.readAll(reader);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private static Process start(String script) throws IOException {
    return new ProcessBuilder("/bin/sh", "-c", script).start();
  }
}
