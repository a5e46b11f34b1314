package com.clawdforge.acpx.permission;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of a tag and writes a line for each into a file: {@code <file> <tag>}. */
final class RunTests {
  static final String PASSED = "passed\t";

  private RunTests() {}

  public static void main(String[] args) throws IOException {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectPackage("com.clawdforge.acpx"))
            .filters(TagFilter.includeTags(args[1]))
            .build();
    try (PrintWriter results =
        new PrintWriter(Files.newBufferedWriter(Path.of(args[0]), StandardCharsets.UTF_8))) {
      LauncherFactory.create().execute(request, new Report(results));
    }
    // Do not wait for processes that a test has left running.
    System.exit(0);
  }

  private record Report(PrintWriter results) implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
        String why = result.getThrowable().map(Throwable::toString).orElse("");
        results.println("failed\t" + test.getUniqueId() + "\t" + why.replaceAll("\\R", " "));
      } else if (test.isTest()) {
        results.println(PASSED + test.getUniqueId());
      }
      results.flush();
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      results.println("skipped\t" + test.getUniqueId() + "\t" + reason);
    }
  }
}
