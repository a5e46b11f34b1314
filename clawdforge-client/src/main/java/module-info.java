/**
 * The Java SDK of a clawdforge gateway. An app whose records the client reads ({@code
 * forge.run(request, Recipe.class)}) opens their package to {@code com.fasterxml.jackson.databind}.
 */
module com.clawdforge.client {
  requires transitive com.fasterxml.jackson.databind;
  requires transitive java.net.http;
  requires static transitive org.jspecify;

  exports com.clawdforge.client;
}
