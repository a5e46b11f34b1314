package com.clawdforge.http.api.admin;

import com.clawdforge.core.agent.Network;
import com.clawdforge.core.auth.AppToken;
import com.clawdforge.core.auth.Cidr;
import com.clawdforge.core.auth.TokenLimits;
import com.clawdforge.core.auth.TokenService;
import com.clawdforge.core.auth.TokenShares;
import com.clawdforge.core.error.Refusal;
import com.clawdforge.core.page.Page;
import com.clawdforge.http.api.wire.Done;
import com.clawdforge.http.api.wire.NetworkJson;
import com.clawdforge.http.api.wire.PermissionsJson;
import com.clawdforge.http.api.wire.SharesJson;
import com.clawdforge.http.web.Json;
import com.clawdforge.http.web.Paging;
import com.clawdforge.http.web.Responses;
import com.clawdforge.http.web.RouteTable;
import com.clawdforge.http.web.body.BodyReader;
import com.clawdforge.http.web.body.Fields;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Routes that administer app tokens. */
public final class TokenRoutes {
  private static final List<String> FIXED =
      List.of("name", "ip_cidrs", "agents", "max_permissions", "max_network");
  private static final Set<String> FIELDS =
      Stream.concat(FIXED.stream(), SharesJson.FIELDS.stream())
          .collect(Collectors.toUnmodifiableSet());

  private final TokenService tokens;
  private final BodyReader bodies;

  public TokenRoutes(TokenService tokens, BodyReader bodies) {
    this.tokens = tokens;
    this.bodies = bodies;
  }

  public void addTo(RouteTable routes) {
    routes.admin(HandlerType.POST, "/admin/tokens", this::mint);
    routes.admin(HandlerType.GET, "/admin/tokens", this::list);
    routes.admin(HandlerType.PATCH, "/admin/tokens/{name}", this::change);
    routes.admin(HandlerType.DELETE, "/admin/tokens/{name}", this::revoke);
    routes.admin(HandlerType.POST, "/admin/tokens/{name}/rotate", this::rotate);
  }

  // After the members of v0.1, which are frozen, and only if there are limits.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Limits(
      @Nullable List<String> agents, @Nullable Object maxPermissions, @Nullable String maxNetwork) {
    static Limits of(TokenLimits limits) {
      return new Limits(
          limits.agents() == null ? null : limits.agents().stream().sorted().toList(),
          limits.maxPermissions() == null ? null : PermissionsJson.write(limits.maxPermissions()),
          NetworkJson.write(limits.maxNetwork()));
    }
  }

  private record Minted(
      boolean ok,
      String name,
      String token,
      List<String> ipCidrs,
      long createdAt,
      @JsonUnwrapped Limits limits,
      @JsonUnwrapped SharesJson shares) {
    static Minted of(TokenService.Minted minted) {
      AppToken token = minted.token();
      return new Minted(
          true,
          token.name(),
          minted.secret().reveal(),
          texts(token.addresses()),
          token.createdAt().getEpochSecond(),
          Limits.of(token.limits()),
          SharesJson.of(token.limits().shares()));
    }
  }

  private record Listed(
      String name,
      List<String> ipCidrs,
      long createdAt,
      @Nullable Long lastUsedAt,
      @Nullable Long revokedAt,
      @JsonUnwrapped Limits limits,
      @JsonUnwrapped SharesJson shares) {
    static Listed of(AppToken token) {
      return new Listed(
          token.name(),
          texts(token.addresses()),
          token.createdAt().getEpochSecond(),
          Json.secondsOrNull(token.lastUsedAt()),
          Json.secondsOrNull(token.revokedAt()),
          Limits.of(token.limits()),
          SharesJson.of(token.limits().shares()));
    }
  }

  private record Changed(boolean ok, @JsonUnwrapped Listed token) {}

  private record Tokens(boolean ok, List<Listed> tokens, @Nullable String nextCursor) {}

  private void mint(Context ctx) throws IOException {
    Fields fields = new Fields(Json.object(bodies.json(ctx)), FIELDS);
    @Nullable List<String> addresses = fields.texts("ip_cidrs");
    @Nullable Network maxNetwork = fields.choice("max_network", Network.class);
    TokenService.Minted minted =
        tokens.mint(
            fields.requiredText("name"),
            addresses == null ? List.of() : addresses,
            fields.texts("agents"),
            PermissionsJson.read(fields, "max_permissions"),
            maxNetwork == null ? Network.ALL : maxNetwork,
            SharesJson.read(fields, TokenShares.NONE));
    fields.ignored().announce(ctx);
    Responses.json(ctx, Minted.of(minted));
  }

  private void change(Context ctx) throws IOException {
    Fields fields = new Fields(Json.object(bodies.json(ctx)), FIELDS);
    for (String fixed : FIXED) {
      if (fields.has(fixed)) {
        throw Refusal.invalid(
            fixed, fixed + " cannot be changed; mint another token, and revoke this one");
      }
    }
    AppToken changed =
        tokens.changeShares(ctx.pathParam("name"), shares -> SharesJson.read(fields, shares));
    fields.ignored().announce(ctx);
    Responses.json(ctx, new Changed(true, Listed.of(changed)));
  }

  private void list(Context ctx) throws IOException {
    Page<AppToken> page = tokens.list(Paging.ofOrAll(ctx));
    Responses.json(
        ctx,
        new Tokens(
            true, page.items().stream().map(Listed::of).toList(), Paging.cursor(ctx, page.next())));
  }

  private void revoke(Context ctx) throws IOException {
    tokens.revoke(ctx.pathParam("name"));
    Responses.json(ctx, new Done(true));
  }

  private void rotate(Context ctx) throws IOException {
    Responses.json(ctx, Minted.of(tokens.rotate(ctx.pathParam("name"))));
  }

  private static List<String> texts(List<Cidr> blocks) {
    return blocks.stream().map(Cidr::toString).toList();
  }
}
