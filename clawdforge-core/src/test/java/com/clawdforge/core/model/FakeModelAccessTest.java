package com.clawdforge.core.model;

final class FakeModelAccessTest extends ModelAccessContract {
  private final FakeModelAccess access = new FakeModelAccess();

  @Override
  protected ModelAccess access() {
    return access;
  }

  @Override
  protected boolean passes(ModelGrant grant, String secret) {
    return access.passes(secret);
  }
}
