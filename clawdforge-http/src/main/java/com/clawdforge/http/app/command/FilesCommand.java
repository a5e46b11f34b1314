package com.clawdforge.http.app.command;

import com.clawdforge.client.FileInfo;
import com.clawdforge.client.ForgeClient;
import com.clawdforge.client.UploadedFile;
import com.clawdforge.http.app.terminal.IdConverter;
import com.clawdforge.http.app.terminal.Views;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "files",
    description = "Uploads, lists and deletes this token's files on a running server.",
    mixinStandardHelpOptions = true,
    footer = {"", "Reads CLAWDFORGE_URL (http://127.0.0.1:8800) and CLAWDFORGE_TOKEN."})
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class FilesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say list, upload or delete.");
  }

  @Command(
      description = "Lists the files, newest first.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge files list --json | jq -r .file_token"})
  void list(
      @Mixin Connection connection,
      @Option(names = "--json", description = "One JSON object per line.") boolean json) {
    try (ForgeClient client = connection.client()) {
      for (FileInfo file : client.files()) {
        out(json ? Views.file(file).toString() : line(file));
      }
    }
  }

  @Command(
      description = "Uploads a file for an hour and prints its token, for requests over HTTP.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: TOKEN=$(clawdforge files upload notes.pdf)"})
  void upload(
      @Mixin Connection connection,
      @Parameters(paramLabel = "PATH") Path path,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    CommandInput.readable(path);
    try (ForgeClient client = connection.client()) {
      UploadedFile file = client.upload(path);
      out(
          json
              ? JsonNodeFactory.instance
                  .objectNode()
                  .put("file_token", file.token())
                  .put("ttl_secs", file.ttl().toSeconds())
                  .put("size", file.size())
                  .toString()
              : file.token());
    }
  }

  @Command(
      description = "Deletes a file; runs that were accepted keep it.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example: clawdforge files delete ff_…"})
  void delete(
      @Mixin Connection connection,
      @Parameters(paramLabel = "FILE_TOKEN", converter = IdConverter.class) String token,
      @Option(names = "--json", description = "One JSON object.") boolean json) {
    try (ForgeClient client = connection.client()) {
      client.deleteFile(token);
    }
    out(json ? Views.done("file_token", token).toString() : token + " is deleted");
  }

  private static String line(FileInfo file) {
    return String.format(
        "%s %10d bytes, until %s, %s",
        file.token(), file.size(), Views.shown(file.expiresAt()), Views.shown(file.name()));
  }

  private void out(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
