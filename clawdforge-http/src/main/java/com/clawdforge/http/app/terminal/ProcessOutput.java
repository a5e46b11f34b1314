package com.clawdforge.http.app.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Standard output whose errors can be seen; those of {@link System#out} cannot behind a writer. */
public final class ProcessOutput {
  private ProcessOutput() {}

  public static PrintWriter open() {
    String encoding = System.getProperty("stdout.encoding", StandardCharsets.UTF_8.name());
    return new PrintWriter(
        new OutputStreamWriter(
            new FileOutputStream(FileDescriptor.out), Charset.forName(encoding)));
  }
}
