package com.clawdforge.core.run;

final class InMemoryRunStoreTest extends RunStoreContract {
  private final RunStore runs = new InMemoryRunStore();

  @Override
  protected RunStore runs() {
    return runs;
  }
}
