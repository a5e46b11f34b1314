package com.clawdforge.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTest {
  private StubGateway gateway;
  private ForgeClient client;

  @BeforeEach
  void start() throws IOException {
    gateway = new StubGateway();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  @Test
  void a_file_is_uploaded_under_its_name_with_a_known_length(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("table ü\".csv"), "a,b\n1,2\n");
    gateway.answers(200, "{\"file_token\":\"ff_1\",\"ttl_secs\":60,\"size\":8}");
    UploadedFile uploaded = client.upload(file, Duration.ofSeconds(60));
    assertEquals(new UploadedFile("ff_1", Duration.ofMinutes(1), 8), uploaded);

    StubGateway.Request asked = gateway.requests().get(0);
    String type = String.valueOf(asked.header("Content-Type"));
    assertTrue(type.startsWith("multipart/form-data; boundary="), type);
    String boundary = "--" + type.substring(type.indexOf('=') + 1);
    assertEquals(
        boundary
            + "\r\nContent-Disposition: form-data; name=\"ttl_secs\"\r\n\r\n60\r\n"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"table ü%22.csv\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\na,b\n1,2\n\r\n"
            + boundary
            + "--\r\n",
        asked.text());
    assertEquals(
        Integer.toString(asked.text().getBytes(StandardCharsets.UTF_8).length),
        asked.header("Content-Length"));
  }

  @Test
  void a_stream_is_uploaded_while_it_is_read_and_left_open() {
    long size = 32L << 20;
    AtomicLong received = new AtomicLong();
    CountDownLatch arrived = new CountDownLatch(1);
    gateway.handles(
        exchange -> {
          InputStream body = exchange.getRequestBody();
          byte[] buffer = new byte[1 << 16];
          for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            if (received.addAndGet(n) > 100_000) {
              arrived.countDown();
            }
          }
          byte[] answer =
              ("{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":" + size + "}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    Endless content = new Endless(size, arrived);
    assertEquals(size, client.upload("big.bin", content).size());
    assertTrue(received.get() > size);
    assertFalse(content.closed);
  }

  /** Blocks after its first megabyte until the gateway has received some of it. */
  private static final class Endless extends InputStream {
    private final CountDownLatch arrived;
    private long left;
    private long given;
    private volatile boolean closed;

    Endless(long size, CountDownLatch arrived) {
      this.left = size;
      this.arrived = arrived;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("read in bulk");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      if (given > 1 << 20) {
        await(arrived);
      }
      int n = (int) Math.min(length, left);
      left -= n;
      given += n;
      return n;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void slow_uploads_do_not_delay_other_calls() throws Exception {
    int many = 10;
    CountDownLatch reading = new CountDownLatch(many);
    CountDownLatch over = new CountDownLatch(1);
    HttpHandler either =
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean file = exchange.getRequestURI().getPath().equals("/files");
          byte[] answer =
              (file ? "{\"file_token\":\"f\",\"ttl_secs\":1,\"size\":1}" : RunTest.ANSWER)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        };
    for (int i = 0; i < many + 1; i++) {
      gateway.handles(either);
    }
    ExecutorService apps = Executors.newCachedThreadPool();
    try {
      for (int i = 0; i < many; i++) {
        var unused = apps.submit(() -> client.upload("slow", new Waiting(reading, over)));
      }
      await(reading);

      assertEquals("end_turn", client.run("Hi").stopReason());
    } finally {
      over.countDown();
      apps.shutdown();
      assertTrue(apps.awaitTermination(20, TimeUnit.SECONDS));
    }
  }

  /** Blocks until the test is over. */
  private static final class Waiting extends InputStream {
    private final CountDownLatch reading;
    private final CountDownLatch over;

    Waiting(CountDownLatch reading, CountDownLatch over) {
      this.reading = reading;
      this.over = over;
    }

    @Override
    public int read() {
      reading.countDown();
      await(over);
      return -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return read();
    }
  }

  @Test
  void only_a_refused_upload_of_a_file_is_retried(@TempDir Path dir) throws Exception {
    String full = "{\"code\":\"at_capacity\",\"detail\":\"full\"}";
    gateway.answers(503, full, "Retry-After", "1");
    InputStream content = new ByteArrayInputStream(new byte[] {1});
    assertThrows(ForgeApiException.class, () -> client.upload("a", content));
    assertEquals(1, gateway.requests().size());

    Path file = Files.writeString(dir.resolve("a"), "a");
    gateway
        .answers(503, full, "Retry-After", "1")
        .answers(200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}");
    assertEquals("ff_1", client.upload(file).token());
    gateway.breaksOff();
    assertThrows(ForgeTransportException.class, () -> client.upload(file));
    assertEquals(4, gateway.requests().size());
  }

  @Test
  void a_missing_file_is_refused_before_anything_is_sent(@TempDir Path dir) {
    assertThrows(IllegalArgumentException.class, () -> client.upload(dir.resolve("none")));
    assertTrue(gateway.requests().isEmpty());
  }

  @Test
  void a_stream_that_breaks_ends_the_upload() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("disk gone");
          }

          @Override
          public int read(byte[] buffer, int offset, int length) throws IOException {
            return read();
          }
        };
    gateway.answers(200, "{\"file_token\":\"ff_1\",\"ttl_secs\":3600,\"size\":1}");
    assertThrows(ForgeTransportException.class, () -> client.upload("a", broken));
  }

  @Test
  void all_pages_of_files_are_listed() {
    gateway
        .answers(
            200,
            "{\"ok\":true,\"files\":[{\"file_token\":\"ff_2\",\"name\":\"b\",\"size\":2,"
                + "\"created_at\":5,\"expires_at\":\"2026-01-01T00:00:00.000Z\"}],"
                + "\"next_cursor\":\"a=\"}")
        .answers(
            200,
            "{\"ok\":true,\"files\":[{\"file_token\":\"ff_1\",\"size\":1}],\"next_cursor\":null}");
    List<FileInfo> files = client.files();
    assertEquals(
        List.of(
            new FileInfo(
                "ff_2", "b", 2, Instant.ofEpochSecond(5), Instant.parse("2026-01-01T00:00:00Z")),
            new FileInfo("ff_1", null, 1, null, null)),
        files);
    assertEquals("GET /files?limit=200&cursor=a%3D", gateway.requests().get(1).line());
  }

  @Test
  void a_file_is_deleted_by_its_token() {
    gateway.answers(200, "{\"ok\":true}").answers(404, "{\"code\":\"not_found\"}");
    client.deleteFile("ff_1");
    assertEquals("DELETE /files/ff_1", gateway.requests().get(0).line());
    assertThrows(ForgeApiException.class, () -> client.deleteFile("ff_1"));
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("timed out");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
