package com.clawdforge.acpx.offline;

import com.clawdforge.acpx.offline.ModelReply.Block;
import com.clawdforge.core.agent.Usage;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;

/** The two APIs that the {@link OfflineModel} speaks. */
enum Api {
  /** Anthropic's {@code POST /v1/messages}. */
  MESSAGES {
    @Override
    Wire wire(ModelReply.Message reply, ModelRequest request, Signatures signatures) {
      return new WireMessage(reply, request, signatures);
    }

    @Override
    ObjectNode error(String type, String message) {
      ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", "error");
      error.putObject("error").put("type", type).put("message", message);
      return error.put("request_id", freshId("req_"));
    }
  },

  /** OpenAI's {@code POST /v1/responses}. */
  RESPONSES {
    @Override
    Wire wire(ModelReply.Message reply, ModelRequest request, Signatures signatures) {
      return new WireResponse(reply, request);
    }

    @Override
    ObjectNode error(String type, String message) {
      ObjectNode error = JsonNodeFactory.instance.objectNode();
      error
          .putObject("error")
          .put("message", message)
          .put("type", type)
          .putNull("param")
          .put("code", type);
      return error;
    }
  };

  abstract Wire wire(ModelReply.Message reply, ModelRequest request, Signatures signatures);

  abstract ObjectNode error(String type, String message);

  static String freshId(String prefix) {
    return prefix + UUID.randomUUID().toString().replace("-", "");
  }

  static long estimatedTokens(long length) {
    return Math.max(1, length / 4);
  }

  /** The reply's own usage, or an estimate from the sizes. */
  static Usage usage(ModelReply.Message reply, ModelRequest request) {
    return reply
        .usage()
        .orElseGet(
            () -> new Usage(estimatedTokens(request.size()), estimatedTokens(length(reply)), 0, 0));
  }

  private static long length(ModelReply.Message reply) {
    long length = 0;
    for (Block block : reply.blocks()) {
      length +=
          switch (block) {
            case Block.Text text -> length(text.chunks());
            case Block.Thinking thinking -> length(thinking.chunks());
            case Block.ToolUse call -> call.input().toString().length();
            case Block.BrokenToolUse call -> call.partialJson().length();
          };
    }
    return length;
  }

  private static long length(List<String> chunks) {
    return chunks.stream().mapToLong(String::length).sum();
  }
}
