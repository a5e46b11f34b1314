package com.clawdforge.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.clawdforge.core.Concurrently;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every way to the model does. */
@Timeout(60)
public abstract class ModelAccessContract {
  private static final ModelUser RUN = new ModelUser(ModelUser.Kind.RUN, "run-1");
  private static final ModelUser SESSION = new ModelUser(ModelUser.Kind.SESSION, "session-1");

  private ModelAccess access;

  /** A way on which nothing was opened yet; the contract closes it. */
  protected abstract ModelAccess access() throws Exception;

  /** Whether a request that presents this secret at this grant's address is let through. */
  protected abstract boolean passes(ModelGrant grant, String secret) throws Exception;

  @BeforeEach
  final void start() throws Exception {
    access = access();
  }

  @AfterEach
  final void end() {
    access.close();
  }

  @Test
  final void a_grant_has_an_address_of_this_machine_and_a_secret_that_fits_anywhere()
      throws Exception {
    ModelGrant grant = access.open(RUN);

    assertTrue(
        grant.baseUrl().toString().matches("http://127\\.0\\.0\\.1:\\d+"), "" + grant.baseUrl());
    // 256 bits in base64 are 43 characters.
    assertTrue(grant.secret().matches("[A-Za-z0-9_-]{43,}"), grant.secret());
    assertFalse(grant.toString().contains(grant.secret()), grant.toString());
  }

  @Test
  final void a_secret_is_good_until_its_grant_is_closed_and_no_other_is() throws Exception {
    ModelGrant one = access.open(RUN);
    ModelGrant other = access.open(RUN);

    assertTrue(passes(one, one.secret()));
    assertFalse(passes(one, "x".repeat(43)));
    assertFalse(passes(one, ""));
    one.close();
    one.close();

    assertFalse(passes(one, one.secret()));
    assertTrue(passes(other, other.secret()));
  }

  @Test
  final void a_grant_that_is_assigned_to_somebody_keeps_its_secret() throws Exception {
    ModelGrant grant = access.open(RUN);
    String secret = grant.secret();

    grant.assign(SESSION);

    assertEquals(secret, grant.secret());
    assertTrue(passes(grant, secret));
  }

  @Test
  final void grants_that_are_opened_at_once_have_secrets_of_their_own() {
    List<String> secrets =
        Concurrently.call(
                8, thread -> IntStream.range(0, 50).mapToObj(i -> open().secret()).toList())
            .stream()
            .flatMap(List::stream)
            .toList();

    assertEquals(400, secrets.stream().distinct().count());
  }

  private ModelGrant open() {
    try {
      return access.open(RUN);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  final void once_it_is_closed_no_secret_is_good_and_nothing_is_opened() throws Exception {
    ModelGrant grant = access.open(RUN);
    access.close();
    access.close();

    assertFalse(passes(grant, grant.secret()));
    assertThrows(IOException.class, () -> access.open(RUN));
    grant.close();
  }
}
