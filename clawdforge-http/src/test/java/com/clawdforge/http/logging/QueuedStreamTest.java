package com.clawdforge.http.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class QueuedStreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final StuckReader reader = new StuckReader();
  private final LinkedBlockingQueue<Long> told = new LinkedBlockingQueue<>();
  private final QueuedStream stream = new QueuedStream(reader, 40, told::add);

  @Test
  void a_reader_that_stops_stops_no_writer_and_gets_what_there_was_room_for() throws Exception {
    line("first");
    reader.awaitWrite();
    for (int i = 0; i < 10; i++) {
      line("number 0" + i);
    }
    assertEquals(6, stream.dropped());

    reader.go();

    assertEquals(6, told.poll(10, TimeUnit.SECONDS));
    stream.settle(PATIENCE);
    assertEquals("first\nnumber 00\nnumber 01\nnumber 02\nnumber 03\n", reader.text());
  }

  @Test
  void what_is_left_of_a_line_is_ended_and_its_rest_dropped() throws Exception {
    write("begun ");
    reader.awaitWrite();
    write("x".repeat(30));
    write(" middle of it");
    write(" end\n");
    line("next");
    reader.go();

    assertEquals(1, told.poll(10, TimeUnit.SECONDS));
    stream.settle(PATIENCE);
    assertEquals("begun " + "x".repeat(30) + "\nnext\n", reader.text());
  }

  @Test
  void after_a_stop_everything_is_written_again() throws Exception {
    line("first");
    reader.awaitWrite();
    line("x".repeat(50));
    reader.go();
    assertEquals(1, told.poll(10, TimeUnit.SECONDS));
    line("second");

    stream.settle(PATIENCE);
    assertEquals("first\nsecond\n", reader.text());
  }

  @Test
  void waiting_for_the_end_gives_up_on_a_reader_that_stopped() throws Exception {
    line("first");
    reader.awaitWrite();

    long before = System.nanoTime();
    stream.settle(Duration.ofMillis(50));

    assertTrue(System.nanoTime() - before >= TimeUnit.MILLISECONDS.toNanos(50));
    assertTrue(reader.text().isEmpty());
    reader.go();
  }

  @Test
  void a_reader_that_is_gone_does_not_end_the_thread() throws Exception {
    reader.fail();
    line("first");
    reader.awaitWrite();
    reader.go();
    stream.settle(PATIENCE);
    line("second");

    stream.settle(PATIENCE);
    assertFalse(reader.text().contains("first"));
    assertTrue(reader.text().contains("second"));
  }

  private void line(String text) {
    write(text + "\n");
  }

  private void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    stream.write(bytes, 0, bytes.length);
  }

  /** Takes the first bytes only when it is told to go on. */
  private static final class StuckReader extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch goes = new CountDownLatch(1);
    private volatile boolean fails;

    void awaitWrite() throws InterruptedException {
      assertTrue(asked.await(10, TimeUnit.SECONDS));
    }

    void go() {
      goes.countDown();
    }

    void fail() {
      fails = true;
    }

    String text() {
      return taken.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void write(int b) {
      throw new AssertionError("one byte at a time");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      asked.countDown();
      try {
        goes.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (fails) {
        fails = false;
        throw new IOException("broken pipe");
      }
      taken.write(bytes, offset, length);
    }
  }
}
