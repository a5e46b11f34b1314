package com.clawdforge.http.app;

import com.clawdforge.http.app.command.BackupCommand;
import com.clawdforge.http.app.command.Connection;
import com.clawdforge.http.app.command.Interrupts;
import com.clawdforge.http.app.command.RestoreCommand;
import com.clawdforge.http.app.command.RunCommand;
import com.clawdforge.http.app.command.ServeCommand;
import com.clawdforge.http.app.command.SessionCommand;
import com.clawdforge.http.app.command.SessionEventsCommand;
import com.clawdforge.http.app.command.SessionNewCommand;
import com.clawdforge.http.app.command.SessionTurnCommand;
import com.clawdforge.http.app.command.TokenCommand;
import com.clawdforge.http.app.demo.DemoCommand;
import com.clawdforge.http.app.doctor.DoctorCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Creates the commands, and passes the environment to those that read it. */
final class CommandFactory implements IFactory {
  private final Map<String, String> environment;
  private final Interrupts interrupts;

  CommandFactory(Map<String, String> environment, Interrupts interrupts) {
    this.environment = environment;
    this.interrupts = interrupts;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == ServeCommand.class) {
      return type.cast(new ServeCommand(environment));
    }
    if (type == DemoCommand.class) {
      return type.cast(new DemoCommand(environment));
    }
    if (type == DoctorCommand.class) {
      return type.cast(new DoctorCommand(environment));
    }
    if (type == TokenCommand.class) {
      return type.cast(new TokenCommand(new Connection(environment)));
    }
    if (type == RunCommand.class) {
      return type.cast(new RunCommand(new Connection(environment), interrupts));
    }
    if (type == SessionCommand.class) {
      return type.cast(new SessionCommand(new Connection(environment)));
    }
    if (type == SessionNewCommand.class) {
      return type.cast(new SessionNewCommand(new Connection(environment)));
    }
    if (type == SessionTurnCommand.class) {
      return type.cast(new SessionTurnCommand(new Connection(environment), interrupts));
    }
    if (type == SessionEventsCommand.class) {
      return type.cast(new SessionEventsCommand(new Connection(environment)));
    }
    if (type == BackupCommand.class) {
      return type.cast(new BackupCommand(environment));
    }
    if (type == RestoreCommand.class) {
      return type.cast(new RestoreCommand(environment));
    }
    return CommandLine.defaultFactory().create(type);
  }
}
