package com.clawdforge.core.auth;

final class InMemoryTokenAuthTest extends TokenAuthContract {
  private final TokenAuth tokens = new InMemoryTokenAuth();

  @Override
  protected TokenAuth tokens() {
    return tokens;
  }

  @Override
  protected void awaitUses() {
    // Uses are stored at once.
  }
}
