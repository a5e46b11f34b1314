package com.clawdforge.acpx.oneshot;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;

/** A part of the user message in the form of the Messages API; the CLI passes it on. */
sealed interface ContentBlock {
  void write(JsonGenerator json) throws IOException;

  record Text(String text) implements ContentBlock {
    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeStringField("type", "text");
      json.writeStringField("text", text);
      json.writeEndObject();
    }
  }

  /** A text file under its own name. */
  record TextDocument(String name, String text) implements ContentBlock {
    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeStringField("type", "document");
      json.writeObjectFieldStart("source");
      json.writeStringField("type", "text");
      json.writeStringField("media_type", "text/plain");
      json.writeStringField("data", text);
      json.writeEndObject();
      json.writeStringField("title", name);
      json.writeEndObject();
    }
  }

  record Pdf(String name, long size, InputStream content) implements ContentBlock {
    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeStringField("type", "document");
      writeBase64(json, "application/pdf", size, content);
      json.writeStringField("title", name);
      json.writeEndObject();
    }
  }

  /** An image; image blocks have no name, so a text block precedes it. */
  record Image(String mediaType, long size, InputStream content) implements ContentBlock {
    @Override
    public void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeStringField("type", "image");
      writeBase64(json, mediaType, size, content);
      json.writeEndObject();
    }
  }

  private static void writeBase64(
      JsonGenerator json, String mediaType, long size, InputStream content) throws IOException {
    json.writeObjectFieldStart("source");
    json.writeStringField("type", "base64");
    json.writeStringField("media_type", mediaType);
    json.writeFieldName("data");
    json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, content, Math.toIntExact(size));
    json.writeEndObject();
  }
}
