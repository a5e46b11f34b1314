package com.clawdforge.http.app;

import com.clawdforge.http.app.command.BackupCommand;
import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.command.LoginCommand;
import com.clawdforge.http.app.command.RestoreCommand;
import com.clawdforge.http.app.command.RunCommand;
import com.clawdforge.http.app.command.ServeCommand;
import com.clawdforge.http.app.command.session.SessionChatCommand;
import com.clawdforge.http.app.command.session.SessionTurnCommand;
import com.clawdforge.http.app.demo.DemoCommand;
import com.clawdforge.http.app.doctor.DoctorCommand;
import com.clawdforge.http.app.install.InstallCommand;
import com.clawdforge.http.app.install.UninstallCommand;
import com.clawdforge.http.app.terminal.Shell;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Creates the commands, and passes the environment to those that read it. */
final class CommandFactory implements IFactory {
  private final Map<String, String> environment;
  private final Shell shell;

  CommandFactory(Map<String, String> environment, Shell shell) {
    this.environment = environment;
    this.shell = shell;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == ServeCommand.class) {
      return type.cast(new ServeCommand(environment));
    }
    if (type == TrainCommand.class) {
      return type.cast(new TrainCommand(environment));
    }
    if (type == DemoCommand.class) {
      return type.cast(new DemoCommand(environment));
    }
    if (type == DoctorCommand.class) {
      return type.cast(new DoctorCommand(environment));
    }
    if (type == Connection.class) {
      return type.cast(new Connection(environment));
    }
    if (type == RunCommand.class) {
      return type.cast(new RunCommand(shell));
    }
    if (type == SessionTurnCommand.class) {
      return type.cast(new SessionTurnCommand(shell));
    }
    if (type == SessionChatCommand.class) {
      return type.cast(new SessionChatCommand(shell, environment));
    }
    if (type == LoginCommand.class) {
      return type.cast(new LoginCommand(environment));
    }
    if (type == BackupCommand.class) {
      return type.cast(new BackupCommand(environment));
    }
    if (type == RestoreCommand.class) {
      return type.cast(new RestoreCommand(environment));
    }
    if (type == InstallCommand.class) {
      return type.cast(new InstallCommand(environment));
    }
    if (type == UninstallCommand.class) {
      return type.cast(new UninstallCommand(environment));
    }
    return CommandLine.defaultFactory().create(type);
  }
}
