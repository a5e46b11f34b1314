package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpLine;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An acpx command that answers in one line and ends: all but the prompt. */
final class AcpxCall implements ChildProcess.Listener {
  private static final Logger log = LoggerFactory.getLogger(AcpxCall.class);
  private static final Duration END_GRACE = Duration.ofMillis(500);

  private final JsonFactory json;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable AcpLine answer;
  private @Nullable ChildProcess child;

  private AcpxCall(JsonFactory json) {
    this.json = json;
  }

  static AcpxCall start(
      List<String> argv,
      Path directory,
      Map<String, String> environment,
      String tag,
      JsonFactory json)
      throws IOException {
    AcpxCall call = new AcpxCall(json);
    ChildProcess child = ChildProcess.start(argv, directory, environment, tag, call);
    call.child = child;
    // It would wait for a prompt's end that never comes.
    child.stdin().close();
    return call;
  }

  /** Whether it has said all that it will within this time. */
  boolean awaitEnd(Duration atMost) throws InterruptedException {
    return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** What it answered so far; empty for none. */
  Optional<AcpLine> answer() {
    return Optional.ofNullable(answer);
  }

  String stderrTail() {
    return child == null ? "" : child.stderrTail();
  }

  /** Ends it, but nothing that it has started. */
  void end() throws InterruptedException {
    if (child != null) {
      child.endAlone(END_GRACE);
    }
  }

  @Override
  public void onLine(byte[] line) {
    AcpLine.read(line, json)
        .filter(said -> said.action() != null || said.error() != null)
        .ifPresent(said -> answer = said);
  }

  @Override
  public void onTooMuch(String what) {
    log.warn("acpx wrote {}", what);
  }

  @Override
  public void onEnd() {
    ended.countDown();
  }
}
