package com.clawdforge.http.api;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program does not contain parts of libraries that are never loaded. */
final class ClassPathTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.eclipse.jetty.ee10.annotations.AnnotationConfiguration",
        "org.eclipse.jetty.ee10.webapp.WebAppContext",
        "org.eclipse.jetty.ee10.plus.webapp.PlusConfiguration",
        "org.eclipse.jetty.jndi.NamingContext",
        "org.eclipse.jetty.xml.XmlConfiguration",
        "org.eclipse.jetty.websocket.server.ServerWebSocketContainer",
        "jakarta.enterprise.inject.spi.CDI",
        "jakarta.transaction.UserTransaction",
      })
  void web_applications_and_their_containers_are_not_in_the_program(String name) {
    assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
  }
}
