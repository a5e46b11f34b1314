package com.clawdforge.acpx.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ProcessSampleTest {
  @TempDir Path temp;

  @Test
  void a_run_may_be_the_work_of_a_process_that_was_there_before_it() throws Exception {
    ChildProcess spare = start("spare-0123456789ab-1");
    ChildProcess other = start("run-of-somebody-else");
    try {
      assertEquals(
          Optional.of(1), ProcessSample.of(List.of("run-1")).map(ProcessSample::processes));
      assertEquals(Optional.of(0), ProcessSample.of(List.of()).map(ProcessSample::processes));
    } finally {
      spare.end(Duration.ofSeconds(5));
      other.end(Duration.ofSeconds(5));
    }
  }

  private ChildProcess start(String tag) throws Exception {
    return ChildProcess.start(
        Starter.UNCONFINED,
        List.of("/bin/sleep", "361"),
        temp,
        Map.of(),
        tag,
        (in, exited) -> in.transferTo(OutputStream.nullOutputStream()));
  }
}
