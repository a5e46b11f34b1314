package com.clawdforge.core.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A file for the agent.
 *
 * @param name a safe single path component
 * @param size bytes in {@code content}
 * @param content read at most once; its opener closes it
 */
public record Attachment(String name, long size, InputStream content) {
  private static final System.Logger log = System.getLogger(Attachment.class.getName());

  /** Closes the contents of attachments; one that cannot be closed is logged. */
  public static void close(List<Attachment> attachments) {
    for (Attachment attachment : attachments) {
      try {
        attachment.content().close();
      } catch (IOException e) {
        log.log(System.Logger.Level.WARNING, "closing an attachment failed", e);
      }
    }
  }
}
