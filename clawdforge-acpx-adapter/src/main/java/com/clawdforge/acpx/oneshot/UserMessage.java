package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.file.AttachedFile;
import com.clawdforge.core.agent.Attachment;
import com.clawdforge.core.agent.OneShot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model is shown: the files as content blocks under their own names, then the prompt. A
 * file is what its bytes say, never what somebody declared. What cannot be shown is staged in the
 * run's directory, and the message says where.
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

  /** Reads what has to be known before the agent starts; the rest is read while it is written. */
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
      blocks.add(new ContentBlock.Text(note(staged)));
    }
    blocks.add(new ContentBlock.Text(literal(oneShot.prompt().text())));
    return new UserMessage(blocks, !staged.isEmpty());
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

  private static String note(List<String> staged) {
    StringBuilder note =
        new StringBuilder("These attached files are not shown here; read them in the directory ./");
    note.append(RunDirectory.ATTACHMENTS).append(":");
    staged.forEach(file -> note.append("\n- ").append(file));
    return note.toString();
  }

  // The CLI would run /word at the start of the last text as a command of its own; after a newline
  // it
  // is text (agent-facts.md, section 1.3). Expansion of @path is off by environment.
  private static String literal(String prompt) {
    return prompt.startsWith("/") ? "\n" + prompt : prompt;
  }
}
