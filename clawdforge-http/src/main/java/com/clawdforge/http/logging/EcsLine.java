package com.clawdforge.http.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import co.elastic.logging.JsonUtils;
import co.elastic.logging.logback.EcsEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * A log line in the Elastic Common Schema. Adds slf4j's key-value pairs as members, because the
 * encoder itself writes only the MDC.
 */
final class EcsLine extends EcsEncoder {
  EcsLine() {
    setServiceName("clawdforge");
  }

  @Override
  protected void addCustomFields(ILoggingEvent event, StringBuilder line) {
    super.addCustomFields(event, line);
    @Nullable List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> add(line, pair.key, pair.value));
    }
  }

  private static void add(StringBuilder line, String key, @Nullable Object value) {
    line.append('"');
    JsonUtils.quoteAsString(key, line);
    line.append("\":");
    if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
      line.append(value);
    } else {
      line.append('"');
      JsonUtils.quoteAsString(String.valueOf(value), line);
      line.append('"');
    }
    line.append(',');
  }
}
