package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.AttachedFile;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.OneShot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The message for the model: the files as content blocks under their own names, then the prompt.
 * Files that cannot be shown are staged in the run's directory, and the message says where.
 *
 * @param blocks the prompt last
 * @param staged whether the agent needs to read files
 */
record UserMessage(List<ContentBlock> blocks, boolean staged) {
  // The API takes requests up to 32 MB.
  private static final long MAX_SHOWN = 20L << 20;

  UserMessage {
    blocks = List.copyOf(blocks);
  }

  /** Reads what must be known before the agent starts; the rest is read while it is written. */
  static UserMessage of(OneShot oneShot, RunDirectory directory) throws IOException {
    List<ContentBlock> blocks = new ArrayList<>();
    List<String> staged = new ArrayList<>();
    long room = MAX_SHOWN;
    for (Attachment attachment : oneShot.prompt().attachments()) {
      AttachedFile file = AttachedFile.of(attachment);
      ContentBlock block = file.size() <= room ? block(file) : null;
      if (block == null) {
        directory.stage(file.name(), file.content());
        staged.add(attachment.name() + " (" + attachment.size() + " bytes)");
        continue;
      }
      if (block instanceof ContentBlock.Image) {
        blocks.add(new ContentBlock.Text("Image " + attachment.name() + ":"));
      }
      blocks.add(block);
      room -= attachment.size();
    }
    if (!staged.isEmpty()) {
      blocks.add(new ContentBlock.Text(AttachedFile.note(RunDirectory.ATTACHMENTS, staged)));
    }
    blocks.add(new ContentBlock.Text(literal(oneShot.prompt().text())));
    return new UserMessage(blocks, !staged.isEmpty());
  }

  /** Whether a part of it can be read only once, and is read while it is written. */
  boolean isReadOnce() {
    return blocks.stream()
        .anyMatch(
            block -> block instanceof ContentBlock.Image || block instanceof ContentBlock.Pdf);
  }

  private static @Nullable ContentBlock block(AttachedFile file) {
    return switch (file.kind()) {
      case AttachedFile.Image image ->
          file.size() <= AttachedFile.MAX_IMAGE
              ? new ContentBlock.Image(image.mediaType(), file.size(), file.content())
              : null;
      case AttachedFile.Pdf pdf -> new ContentBlock.Pdf(file.name(), file.size(), file.content());
      case AttachedFile.Text text -> new ContentBlock.TextDocument(file.name(), text.text());
      case AttachedFile.Other other -> null;
    };
  }

  // The CLI would take /word at the start of the last text for one of its commands; after a newline
  // it is text (agent-facts.md, section 1.3). Expansion of @path is off by environment.
  private static String literal(String prompt) {
    return prompt.startsWith("/") ? "\n" + prompt : prompt;
  }
}
