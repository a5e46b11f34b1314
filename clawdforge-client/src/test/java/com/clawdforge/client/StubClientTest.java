package com.clawdforge.client;

import java.io.IOException;
import java.nio.file.Path;

/** The contract on a stub; the other tests cover unusual answers. */
final class StubClientTest extends ClientContract {
  @Override
  protected Backend start(Path folder) throws IOException {
    return new EchoGateway();
  }
}
