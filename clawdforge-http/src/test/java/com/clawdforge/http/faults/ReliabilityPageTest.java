package com.clawdforge.http.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.http.kit.Installation;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/reliability.md}. */
final class ReliabilityPageTest {
  @Test
  void every_fault_of_the_suite_is_in_them_with_what_the_app_is_told() throws Exception {
    String page = Files.readString(Installation.ROOT.resolve("docs/reliability.md"));
    for (Fault fault : Fault.ALL) {
      String name = "`" + fault.what().replaceFirst(" .*", "") + "`";
      String row =
          page.lines()
              .filter(line -> line.contains(name))
              .findFirst()
              .orElseThrow(() -> new AssertionError(fault.name() + " is in no table"));
      boolean ofAgents = fault.kind() == Fault.Kind.RUN || fault.kind() == Fault.Kind.TURN;
      if (ofAgents) {
        assertTrue(row.contains("`" + fault.state() + "`"), row);
        assertTrue(row.contains(Integer.toString(fault.status())), row);
        assertTrue(fault.status() == 200 || row.contains("`" + fault.says() + "`"), row);
      }
    }
  }
}
