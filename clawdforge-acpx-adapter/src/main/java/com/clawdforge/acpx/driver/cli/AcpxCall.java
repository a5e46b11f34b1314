package com.clawdforge.acpx.driver.cli;

import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.protocol.AcpxReply;
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

/** An acpx command that replies with one line and exits: any command except a prompt. */
final class AcpxCall implements ChildProcess.Listener {
  private static final Logger log = LoggerFactory.getLogger(AcpxCall.class);
  private static final Duration END_GRACE = Duration.ofMillis(500);

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable AcpxReply reply;
  private @Nullable ChildProcess child;

  private AcpxCall() {}

  static AcpxCall start(
      List<String> argv, Path directory, Map<String, String> environment, String tag)
      throws IOException {
    AcpxCall call = new AcpxCall();
    ChildProcess child = ChildProcess.start(argv, directory, environment, tag, call);
    call.child = child;
    // Otherwise it would wait for the end of a prompt.
    child.stdin().close();
    return call;
  }

  /** Waits until its output ends, and returns whether that happened in time. */
  boolean awaitEnd(Duration atMost) throws InterruptedException {
    return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The reply, if there was one so far. */
  Optional<AcpxReply> reply() {
    return Optional.ofNullable(reply);
  }

  String stderrTail() {
    return child == null ? "" : child.stderrTail();
  }

  /** Ends it, but not the processes that it has started. */
  void end() throws InterruptedException {
    if (child != null) {
      child.endAlone(END_GRACE);
    }
  }

  @Override
  public void onLine(byte[] line) {
    AcpxReply.read(line).ifPresent(read -> reply = read);
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
