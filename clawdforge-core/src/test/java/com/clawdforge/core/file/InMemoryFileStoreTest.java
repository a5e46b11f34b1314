package com.clawdforge.core.file;

final class InMemoryFileStoreTest extends FileStoreContract {
  private final InMemoryFileStore files = new InMemoryFileStore();

  @Override
  protected FileStore files() {
    return files;
  }

  @Override
  protected int contents() {
    return files.contents();
  }
}
