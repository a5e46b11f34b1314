package com.clawdforge.http.web.body;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.RawConnection;
import com.clawdforge.http.kit.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BodyRoomTest {
  @Test
  void long_bodies_that_one_token_sends_at_once_leave_room_for_those_of_another() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    // The largest body has 1 MiB more than twelve times this, and two of them have room.
    setup.maxPromptBytes = 1 << 18;
    setup.roomForBodies = 0;
    List<RawConnection> slow = new ArrayList<>();
    try (TestServer forge = setup.start()) {
      String other = forge.mint("other");
      String prompt = "{\"prompt\":\"" + "x".repeat(1 << 17) + "\"}";
      assertEquals(200, forge.run(prompt).statusCode());
      // Each announces a body of 2 MiB and sends next to nothing of it. Which of them find room is
      // a
      // matter of chance, but in the end there is none left.
      HttpResponse<String> refused;
      do {
        slow.add(begun(forge, 2 << 20));
        refused = forge.run(prompt);
      } while (refused.statusCode() == 200);

      assertEquals(429, refused.statusCode(), refused.body());
      assertEquals("quota_exceeded", forge.json(refused).get("code").textValue());
      assertEquals("request_bytes", forge.json(refused).get("limit").textValue());
      assertEquals(200, forge.run("{\"prompt\":\"short\"}").statusCode());
      HttpResponse<String> theirs =
          forge.send(forge.post("/run", prompt).setHeader("Authorization", "Bearer " + other));
      assertEquals(200, theirs.statusCode(), theirs.body());

      for (RawConnection connection : slow) {
        connection.close();
      }
      do {
        refused = forge.run(prompt);
      } while (refused.statusCode() == 429);
      assertTrue(refused.statusCode() == 200, refused.body());
    }
  }

  private static RawConnection begun(TestServer forge, int length) throws Exception {
    RawConnection connection = RawConnection.to(forge);
    connection.send(
        "POST /run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + forge.token
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + length
            + "\r\n\r\n{");
    return connection;
  }
}
