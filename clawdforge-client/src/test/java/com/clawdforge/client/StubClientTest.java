package com.clawdforge.client;

import java.io.IOException;
import java.nio.file.Path;

/** The contract without a gateway; what one may answer beside that is in the other tests. */
final class StubClientTest extends ClientContract {
  @Override
  protected Backend start(Path folder) throws IOException {
    return new EchoGateway();
  }
}
