package com.clawdforge.http.app;

import com.clawdforge.http.app.command.BackupCommand;
import com.clawdforge.http.app.command.FilesCommand;
import com.clawdforge.http.app.command.LoginCommand;
import com.clawdforge.http.app.command.RestoreCommand;
import com.clawdforge.http.app.command.RunCommand;
import com.clawdforge.http.app.command.RunsCommand;
import com.clawdforge.http.app.command.ServeCommand;
import com.clawdforge.http.app.command.StatusCommand;
import com.clawdforge.http.app.command.TokenCommand;
import com.clawdforge.http.app.command.UsageCommand;
import com.clawdforge.http.app.command.session.SessionCommand;
import com.clawdforge.http.app.command.session.SessionsCommand;
import com.clawdforge.http.app.demo.DemoCommand;
import com.clawdforge.http.app.demo.OfflineModelCommand;
import com.clawdforge.http.app.doctor.DoctorCommand;
import com.clawdforge.http.app.install.InstallCommand;
import com.clawdforge.http.app.install.UninstallCommand;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The commands of the program, in the order of its help. */
final class Subcommands {
  private static final List<Class<?>> ALL =
      List.of(
          ServeCommand.class,
          DemoCommand.class,
          DoctorCommand.class,
          LoginCommand.class,
          TokenCommand.class,
          RunCommand.class,
          SessionCommand.class,
          BackupCommand.class,
          RestoreCommand.class,
          OfflineModelCommand.class,
          TrainCommand.class,
          StatusCommand.class,
          RunsCommand.class,
          SessionsCommand.class,
          FilesCommand.class,
          UsageCommand.class,
          CompletionCommand.class,
          InstallCommand.class,
          UninstallCommand.class,
          VersionCommand.class,
          HelpCommand.class);

  /** They print something of every command. */
  private static final Set<Class<?>> NEED_ALL =
      Set.of(CompletionCommand.class, InstallCommand.class, HelpCommand.class);

  private Subcommands() {}

  static List<Class<?>> all() {
    return ALL;
  }

  /**
   * The command that the first word names, alone, because picocli looks at every option of each
   * command that it is given, before it runs one. All, if there is no such command.
   */
  static List<Class<?>> neededFor(List<String> words) {
    if (words.isEmpty()) {
      return ALL;
    }
    for (Class<?> command : ALL) {
      if (name(command).equals(words.getFirst())) {
        return NEED_ALL.contains(command) ? ALL : List.of(command);
      }
    }
    return ALL;
  }

  private static String name(Class<?> command) {
    Command described = command.getAnnotation(Command.class);
    return described == null ? "" : described.name();
  }
}
