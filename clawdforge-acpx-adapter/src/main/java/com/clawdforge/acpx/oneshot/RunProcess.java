package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.isolation.Confinement;
import com.clawdforge.acpx.process.ChildProcess;
import com.clawdforge.acpx.program.AgentLogin;
import com.clawdforge.acpx.program.AgentReach;
import com.clawdforge.acpx.program.ClaudeHome;
import com.clawdforge.core.model.ModelUser;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@code claude} that waits for its prompt, with the directory in which it runs. It has taken
 * nothing of a run yet: what differs between runs of one profile reaches it on standard input.
 */
final class RunProcess {
  /** Where the profile does not name a model. */
  private static final String FIRST_MODEL = "sonnet";

  private final RunDirectory directory;
  private final RunProfile profile;
  private final String model;
  private final Output output;
  private final ChildProcess child;
  private final AgentLogin login;

  private RunProcess(
      RunDirectory directory,
      RunProfile profile,
      String model,
      Output output,
      ChildProcess child,
      AgentLogin login) {
    this.directory = directory;
    this.profile = profile;
    this.model = model;
    this.output = output;
    this.child = child;
    this.login = login;
  }

  /** A program that cannot be started at all. */
  static final class NotStarted extends IOException {
    private static final long serialVersionUID = 1L;

    NotStarted(IOException cause) {
      super(cause);
    }
  }

  /** Starts a process for a run that is there already. */
  static RunProcess cold(
      ClaudeSettings settings,
      RunProfile profile,
      String model,
      RunDirectory directory,
      ChildProcess.Listener listener)
      throws IOException {
    ModelUser run = new ModelUser(ModelUser.Kind.RUN, directory.id());
    return start(settings, profile, model, directory, run, new Output(listener));
  }

  /**
   * Starts a process before its run is known.
   *
   * @param directory its own, named as its processes; the caller deletes it if this fails
   */
  static RunProcess spare(ClaudeSettings settings, RunProfile profile, RunDirectory directory)
      throws IOException {
    String model = profile.model() == null ? FIRST_MODEL : profile.model();
    ModelUser spare = new ModelUser(ModelUser.Kind.SPARE, directory.id());
    return start(settings, profile, model, directory, spare, new Output(null));
  }

  private static RunProcess start(
      ClaudeSettings settings,
      RunProfile profile,
      String model,
      RunDirectory directory,
      ModelUser user,
      Output output)
      throws IOException {
    AgentLogin login = settings.environment().login(user);
    boolean started = false;
    try {
      RunProcess process = start(settings, profile, model, directory, login, output);
      started = true;
      return process;
    } finally {
      if (!started) {
        login.close();
      }
    }
  }

  private static RunProcess start(
      ClaudeSettings settings,
      RunProfile profile,
      String model,
      RunDirectory directory,
      AgentLogin login,
      Output output)
      throws IOException {
    Map<String, String> environment =
        ClaudeCommand.environment(settings.environment(), profile.terms());
    environment.putAll(login.variables());
    ClaudeHome home = new ClaudeHome(settings.environment());
    home.prepare(directory.config(), directory.tmp());
    home.addTo(environment, directory.config(), directory.tmp());
    AgentReach reach = new AgentReach(settings.environment());
    if (settings.isolation().holds()) {
      reach.moveHome(directory.home(), environment);
    }
    Confinement confinement =
        reach
            .of(List.of(profile.program()))
            .reading(settings.readable())
            .writing(directory.writable())
            .connecting(reach.connections(profile.network()));
    try {
      ChildProcess child =
          ChildProcess.start(
              settings.isolation().starter(confinement),
              ClaudeCommand.argv(profile, model, directory.config()),
              directory.work(),
              environment,
              directory.id(),
              output);
      return new RunProcess(directory, profile, model, output, child, login);
    } catch (IOException e) {
      throw new NotStarted(e);
    }
  }

  RunDirectory directory() {
    return directory;
  }

  RunProfile profile() {
    return profile;
  }

  ChildProcess child() {
    return child;
  }

  /** The model that it uses unless another one is set. */
  String model() {
    return model;
  }

  /** Whether it can still be given a prompt. */
  boolean isAlive() throws InterruptedException {
    return !output.ended() && !child.awaitExit(Duration.ZERO);
  }

  /**
   * From now on this run receives its output, its end too if that has come already, and what it
   * asks the model is the run's.
   */
  void giveTo(String runId, ChildProcess.Listener listener) {
    login.assign(new ModelUser(ModelUser.Kind.RUN, runId));
    output.giveTo(listener);
  }

  /**
   * Ends the process with all that it has started; what is left of it cannot ask the model.
   *
   * @return whether all of it is gone
   */
  boolean end(Duration patience) throws InterruptedException {
    try {
      return child.end(patience);
    } finally {
      login.close();
    }
  }

  /** Nobody receives its output any more. */
  void letGo() {
    output.letGo();
  }

  /**
   * Ends a process that nobody has used, and deletes its directory.
   *
   * @return whether all of it is gone
   */
  boolean discard(Duration patience) throws InterruptedException {
    try {
      child.stdin().close();
    } catch (IOException gone) {
      // It has exited.
    }
    try {
      return end(patience);
    } finally {
      directory.close();
    }
  }

  /** Hands the output to the run that has the process, and drops what comes before there is one. */
  private static final class Output implements ChildProcess.Listener {
    private ChildProcess.@Nullable Listener listener;
    private @Nullable String tooMuch;
    private boolean ended;

    private Output(ChildProcess.@Nullable Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onLine(byte[] line) {
      current().ifPresent(run -> run.onLine(line));
    }

    @Override
    public void onTooMuch(String what) {
      Optional<ChildProcess.Listener> run;
      synchronized (this) {
        tooMuch = what;
        run = Optional.ofNullable(listener);
      }
      run.ifPresent(known -> known.onTooMuch(what));
    }

    @Override
    public void onEnd() {
      Optional<ChildProcess.Listener> run;
      synchronized (this) {
        ended = true;
        run = Optional.ofNullable(listener);
      }
      run.ifPresent(ChildProcess.Listener::onEnd);
    }

    private synchronized Optional<ChildProcess.Listener> current() {
      return Optional.ofNullable(listener);
    }

    private synchronized boolean ended() {
      return ended || tooMuch != null;
    }

    private synchronized void letGo() {
      listener = null;
    }

    private void giveTo(ChildProcess.Listener run) {
      boolean over;
      synchronized (this) {
        listener = run;
        over = ended || tooMuch != null;
      }
      if (over) {
        run.onEnd();
      }
    }
  }
}
