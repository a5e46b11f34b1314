package com.clawdforge.core.model;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to the model that leads nowhere, and remembers its grants. */
public final class FakeModelAccess implements ModelAccess {
  public static final URI BASE_URL = URI.create("http://127.0.0.1:4711");

  private static final String UNGUESSABLE = "as-long-as-if-it-could-not-be-guessed_of-grant-";

  private final List<Grant> grants = new CopyOnWriteArrayList<>();
  private final AtomicInteger number = new AtomicInteger();
  private volatile boolean closed;

  /** A grant and what became of it. */
  public static final class Grant implements ModelGrant {
    private final String secret;
    private volatile ModelUser user;
    private volatile boolean closed;

    private Grant(String secret, ModelUser user) {
      this.secret = secret;
      this.user = user;
    }

    @Override
    public URI baseUrl() {
      return BASE_URL;
    }

    @Override
    public String secret() {
      return secret;
    }

    @Override
    public void assign(ModelUser next) {
      user = next;
    }

    @Override
    public void close() {
      closed = true;
    }

    public ModelUser user() {
      return user;
    }

    public boolean closed() {
      return closed;
    }
  }

  @Override
  public ModelGrant open(ModelUser user) throws IOException {
    if (closed) {
      throw new IOException("it is closed");
    }
    Grant grant = new Grant(UNGUESSABLE + number.incrementAndGet(), user);
    grants.add(grant);
    return grant;
  }

  /** Whether this is the secret of a grant that is not closed. */
  public boolean passes(String secret) {
    return grants.stream().anyMatch(grant -> !grant.closed && grant.secret.equals(secret));
  }

  @Override
  public int port() {
    return BASE_URL.getPort();
  }

  /** All that were opened, in this order. */
  public List<Grant> grants() {
    return List.copyOf(grants);
  }

  @Override
  public void close() {
    closed = true;
    grants.forEach(Grant::close);
  }
}
