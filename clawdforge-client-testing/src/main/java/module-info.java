/** A gateway with scripted answers, for the tests of apps that use the Java SDK. */
module com.clawdforge.client.testing {
  requires transitive com.clawdforge.client;
  requires transitive com.fasterxml.jackson.databind;
  requires jdk.httpserver;
  requires static transitive org.jspecify;

  exports com.clawdforge.client.testing;
}
