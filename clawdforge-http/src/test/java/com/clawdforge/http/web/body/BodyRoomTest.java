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

  @Test
  void bodies_of_unknown_length_take_room_for_what_has_arrived_of_them() throws Exception {
    TestServer.Setup setup = TestServer.setup();
    // A body may have 4 MiB, and two such bodies have room.
    setup.maxPromptBytes = 1 << 18;
    setup.roomForBodies = 0;
    List<RawConnection> slow = new ArrayList<>();
    try (TestServer forge = setup.start()) {
      String other = forge.mint("other");
      String prompt = "{\"prompt\":\"" + "x".repeat(1 << 17) + "\"}";
      for (int i = 0; i < 10; i++) {
        slow.add(chunked(forge, forge.token, "{"));
      }

      assertEquals("HTTP/1.1 200 OK", answerTo(forge, forge.token, "{\"prompt\":\"short\"}"));
      assertEquals("HTTP/1.1 200 OK", answerTo(forge, forge.token, prompt));
      assertEquals("HTTP/1.1 200 OK", answerTo(forge, other, prompt));

      String refused;
      do {
        slow.add(chunked(forge, forge.token, "{" + " ".repeat(1 << 20)));
        refused = answerTo(forge, forge.token, prompt);
      } while (refused.equals("HTTP/1.1 200 OK"));
      assertEquals("HTTP/1.1 429 Too Many Requests", refused);
      assertEquals("HTTP/1.1 200 OK", answerTo(forge, other, prompt));

      for (RawConnection connection : slow) {
        connection.close();
      }
      do {
        refused = answerTo(forge, forge.token, prompt);
      } while (refused.equals("HTTP/1.1 429 Too Many Requests"));
      assertEquals("HTTP/1.1 200 OK", refused);
      // Alone, a token may send the largest one.
      String spaces = " ".repeat((4 << 20) - prompt.length());
      assertEquals("HTTP/1.1 200 OK", answerTo(forge, forge.token, prompt + spaces));
      assertEquals(
          "HTTP/1.1 413 Payload Too Large", answerTo(forge, forge.token, prompt + spaces + " "));
    }
  }

  private static RawConnection chunked(TestServer forge, String token, String body)
      throws Exception {
    RawConnection connection = RawConnection.to(forge);
    connection.send(
        "POST /run HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(body.length())
            + "\r\n"
            + body
            + "\r\n");
    return connection;
  }

  private static String answerTo(TestServer forge, String token, String body) throws Exception {
    try (RawConnection connection = chunked(forge, token, body)) {
      connection.send("0\r\n\r\n");
      return connection.next("HTTP/1.1 ");
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
