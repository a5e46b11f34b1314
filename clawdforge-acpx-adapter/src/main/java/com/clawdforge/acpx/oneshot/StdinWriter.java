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
    INTERRUPT,
    GO_ON,
    CLOSE
  }

  private final OneShot oneShot;
  private final UserMessage message;
  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private @Nullable Thread thread;

  StdinWriter(OneShot oneShot, UserMessage message) {
    this.oneShot = oneShot;
    this.message = message;
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
      if (oneShot.system() != null || oneShot.jsonSchema() != null) {
        writeLine(stdin, this::writeInitialize);
      }
      writeLine(stdin, this::writeMessage);
      for (Order order = orders.take(); order != Order.CLOSE; order = orders.take()) {
        writeLine(
            stdin, order == Order.INTERRUPT ? StdinWriter::writeInterrupt : StdinWriter::writeGoOn);
      }
    } catch (IOException e) {
      // The child has exited, or an attachment cannot be read: it ends without a result, and says
      // why.
      log.debug("writing to {} broke off", oneShot.runId(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
