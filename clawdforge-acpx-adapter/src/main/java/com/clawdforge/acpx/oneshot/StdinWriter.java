package com.clawdforge.acpx.oneshot;

import com.clawdforge.acpx.protocol.JsonLine;
import com.clawdforge.core.agent.OneShot;
import com.clawdforge.core.agent.SystemPrompt;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the CLI on a thread of its own, since a child that does not read would block it: first
 * the opening, then interrupts on request. All of the user's data goes this way, because every
 * process of the machine can see argv.
 */
final class StdinWriter {
  private static final Logger log = LoggerFactory.getLogger(StdinWriter.class);
  private static final int BUFFER = 64 << 10;

  private enum Order {
    ANSWERED,
    INTERRUPT,
    GO_ON,
    CLOSE
  }

  private final OneShot oneShot;
  private final UserMessage message;
  private final @Nullable String nextModel;
  private final boolean asksFirst;
  private final boolean warm;
  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private volatile boolean messageBegun;
  private @Nullable Thread thread;

  private StdinWriter(
      OneShot oneShot, UserMessage message, boolean warm, @Nullable String nextModel) {
    this.oneShot = oneShot;
    this.message = message;
    this.warm = warm;
    this.nextModel = nextModel;
    this.asksFirst = warm && message.isReadOnce();
  }

  /** For a process that was started for this run. */
  static StdinWriter cold(OneShot oneShot, UserMessage message) {
    return new StdinWriter(oneShot, message, false, null);
  }

  /**
   * For a process that was started before the run was known, and may have died since. A message
   * that can be read only once waits until the process has answered something.
   *
   * @param model that of the process
   */
  static StdinWriter warm(OneShot oneShot, UserMessage message, String model) {
    return new StdinWriter(
        oneShot, message, true, model.equals(oneShot.model()) ? null : oneShot.model());
  }

  /** Starts writing. The thread ends on {@link #close}, or once the CLI no longer reads. */
  void start(OutputStream stdin) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("stdin-" + oneShot.runId())
            .start(() -> write(new BufferedOutputStream(stdin, BUFFER)));
  }

  /** Waits for the thread; a process out of reach that holds the pipe may block it for ever. */
  void awaitEnd(Duration atMost) throws InterruptedException {
    if (thread != null) {
      thread.join(atMost);
    }
  }

  /** The CLI has answered a request of ours. */
  void answered() {
    if (asksFirst) {
      orders.add(Order.ANSWERED);
    }
  }

  /** Whether its process was there before the run. */
  boolean isWarm() {
    return warm;
  }

  /** Whether the message can still be written to another process. */
  boolean canBeRepeated() {
    return !messageBegun || !message.isReadOnce();
  }

  /** Asks the CLI to stop its work (agent-facts.md, section 3). */
  void interrupt() {
    orders.add(Order.INTERRUPT);
  }

  /** Asks the model to go on with an answer that it has paused. */
  void goOn() {
    orders.add(Order.GO_ON);
  }

  void close() {
    orders.add(Order.CLOSE);
  }

  private void write(OutputStream stdin) {
    try (stdin) {
      if (asksFirst || oneShot.system() != null || oneShot.jsonSchema() != null) {
        writeLine(stdin, this::writeInitialize);
      }
      if (nextModel != null) {
        writeLine(stdin, this::writeModel);
      }
      if (asksFirst && !obeyed(stdin, Order.ANSWERED)) {
        return;
      }
      messageBegun = true;
      writeLine(stdin, this::writeMessage);
      obeyed(stdin, Order.CLOSE);
    } catch (IOException e) {
      // The child has exited, or an attachment cannot be read: it ends without a result, and says
      // why.
      log.debug("writing to {} broke off", oneShot.runId(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Obeys orders until one comes; false if the order to close came before it. */
  private boolean obeyed(OutputStream stdin, Order last) throws IOException, InterruptedException {
    for (Order order = orders.take(); order != last; order = orders.take()) {
      switch (order) {
        case INTERRUPT -> writeLine(stdin, StdinWriter::writeInterrupt);
        case GO_ON -> writeLine(stdin, StdinWriter::writeGoOn);
        case ANSWERED -> {}
        case CLOSE -> {
          return false;
        }
      }
    }
    return true;
  }

  private interface Line {
    void write(JsonGenerator generator) throws IOException;
  }

  private void writeLine(OutputStream stdin, Line line) throws IOException {
    try (JsonGenerator generator = JsonLine.FACTORY.createGenerator(stdin)) {
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
      line.write(generator);
      generator.writeRaw('\n');
    }
    stdin.flush();
  }

  // Works once, before the first message. It replaces --system-prompt and --json-schema, since an
  // argv element is limited to 128 KiB.
  private void writeInitialize(JsonGenerator generator) throws IOException {
    startControlRequest(generator, "initialize");
    SystemPrompt system = oneShot.system();
    if (system != null) {
      switch (system.mode()) {
        case REPLACE -> {
          generator.writeArrayFieldStart("systemPrompt");
          generator.writeString(system.text());
          generator.writeEndArray();
        }
        case APPEND -> generator.writeStringField("appendSystemPrompt", system.text());
      }
    }
    String schema = oneShot.jsonSchema();
    if (schema != null) {
      generator.writeFieldName("jsonSchema");
      generator.writeRawValue(AnswerSchema.parse(schema).forTheCli());
    }
    generator.writeEndObject();
    generator.writeEndObject();
  }

  private void writeModel(JsonGenerator generator) throws IOException {
    startControlRequest(generator, "set_model");
    generator.writeStringField("model", nextModel);
    generator.writeEndObject();
    generator.writeEndObject();
  }

  private void writeMessage(JsonGenerator generator) throws IOException {
    generator.writeStartObject();
    generator.writeStringField("type", "user");
    generator.writeObjectFieldStart("message");
    generator.writeStringField("role", "user");
    generator.writeArrayFieldStart("content");
    for (ContentBlock block : message.blocks()) {
      block.write(generator);
    }
    generator.writeEndArray();
    generator.writeEndObject();
    generator.writeEndObject();
  }

  private static void writeGoOn(JsonGenerator generator) throws IOException {
    generator.writeStartObject();
    generator.writeStringField("type", "user");
    generator.writeObjectFieldStart("message");
    generator.writeStringField("role", "user");
    generator.writeStringField("content", "Go on from where you paused.");
    generator.writeEndObject();
    generator.writeEndObject();
  }

  private static void writeInterrupt(JsonGenerator generator) throws IOException {
    startControlRequest(generator, "interrupt");
    generator.writeEndObject();
    generator.writeEndObject();
  }

  private static void startControlRequest(JsonGenerator generator, String subtype)
      throws IOException {
    generator.writeStartObject();
    generator.writeStringField("type", "control_request");
    generator.writeStringField("request_id", subtype);
    generator.writeObjectFieldStart("request");
    generator.writeStringField("subtype", subtype);
  }
}
