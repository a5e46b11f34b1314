package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.client.ForgeApiException;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.RunRequest;
import com.clawdforge.client.RunStream;
import com.clawdforge.client.WorkState;
import com.clawdforge.core.agent.FakeAgentRunner;
import com.clawdforge.core.agent.FakeRun;
import com.clawdforge.http.kit.TestServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The Java client against refusals and lost connections of the server. */
@Timeout(60)
final class ClientOnServerTest {
  private static ForgeClient client(TestServer forge) {
    return ForgeClient.builder()
        .baseUrl("http://127.0.0.1:" + forge.port())
        .token(forge.token)
        .build();
  }

  @Test
  void a_file_that_is_too_large_is_refused_as_such(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("large"), new byte[16 << 20]);
    TestServer.Setup setup = TestServer.setup();
    setup.maxUploadBytes = 1 << 20;
    try (TestServer forge = setup.start();
        ForgeClient client = client(forge);
        InputStream stream = Files.newInputStream(file)) {
      for (Executable upload :
          new Executable[] {() -> client.upload(file), () -> client.upload("large", stream)}) {
        ForgeApiException e = assertThrows(ForgeApiException.class, upload);
        assertEquals("payload_too_large", e.code());
      }
    }
  }

  @Test
  void a_run_may_end_with_its_connection() {
    TestServer.Setup setup = TestServer.setup();
    setup.agents = FakeAgentRunner.scripted(run -> FakeRun.silent());
    setup.heartbeat = Duration.ofMillis(50);
    RunRequest request = RunRequest.builder().prompt("Hi").cancelOnDisconnect(true).build();
    try (TestServer forge = setup.start();
        ForgeClient client = client(forge)) {
      String runId;
      try (RunStream run = client.stream(request)) {
        runId = String.valueOf(run.runId());
      }

      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (client.getRun(runId).state() != WorkState.CANCELLED) {
        assertTrue(System.nanoTime() < deadline, "it goes on");
        Thread.onSpinWait();
      }
    }
  }
}
