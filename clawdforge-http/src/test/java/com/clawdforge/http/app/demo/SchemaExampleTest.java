package com.clawdforge.http.app.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

final class SchemaExampleTest {
  @Test
  void every_simple_type_has_an_example() throws Exception {
    String schema =
        """
        {"type":"object","properties":{
          "name":{"type":"string"},"count":{"type":"integer"},"part":{"type":["number","null"]},
          "done":{"type":"boolean"},"size":{"enum":["s","m"]},"any":{},
          "steps":{"type":"array","items":{"type":"string"}}}}
        """;

    assertEquals(
        "{\"name\":\"text\",\"count\":1,\"part\":1.5,\"done\":true,\"size\":\"s\",\"any\":null,"
            + "\"steps\":[\"text\"]}",
        SchemaExample.of(new JsonMapper().readTree(schema)).toString());
  }
}
