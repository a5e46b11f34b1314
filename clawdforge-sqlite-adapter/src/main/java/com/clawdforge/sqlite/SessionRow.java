package com.clawdforge.sqlite;

import com.clawdforge.core.agent.SystemPrompt;
import com.clawdforge.core.session.Session;
import com.clawdforge.core.session.SessionTerms;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** A session as a row of {@code sessions} and optionally one of {@code system_prompts}. */
final class SessionRow {
  private static final String COLUMNS =
      """
      SELECT seq, id, token_id, app_name, agent, model, permissions, network, allowed_tools, background,
        max_turns, created_at, last_turn_at, closed_at, turn_count, conversation_id, input_tokens,
        output_tokens, cache_read_tokens, cache_write_tokens, cost_nano_usd, meta, body_hash,
      """;

  /** Selects complete sessions. */
  static final String SELECT =
      COLUMNS
          + """
          system_prompts.mode AS system_mode, system_prompts.text AS system
          FROM sessions LEFT JOIN system_prompts ON system_prompts.session = seq
          """;

  /** Selects sessions as lists show them; FROM must follow. */
  static final String LISTED = COLUMNS + " NULL AS system_mode, NULL AS system ";

  private SessionRow() {}

  /** What never changes after a session was added. */
  static Map<String, @Nullable Object> fixed(Session session) {
    SessionTerms terms = session.terms();
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("id", session.id());
    values.put("token_id", session.tokenId());
    values.put("app_name", session.appName());
    values.put("agent", terms.agent());
    values.put("model", terms.model());
    values.put("permissions", PermissionsText.of(terms.permissions()));
    values.put("network", NetworkColumn.value(terms.network()));
    values.put("allowed_tools", lines(terms.allowedTools()));
    values.put("background", terms.background());
    values.put("max_turns", terms.maxTurns());
    values.put("created_at", session.createdAt().toEpochMilli());
    values.put("meta", terms.meta());
    return values;
  }

  static Session session(ResultSet row, StatementContext context) throws SQLException {
    return read(row);
  }

  static Session read(ResultSet row) throws SQLException {
    return new Session(
        Rows.text(row, "id"),
        Rows.text(row, "token_id"),
        Rows.text(row, "app_name"),
        terms(row),
        Rows.instant(row, "created_at"),
        Rows.optionalInstant(row, "last_turn_at"),
        Rows.optionalInstant(row, "closed_at"),
        row.getInt("turn_count"),
        row.getString("conversation_id"),
        WorkRow.usage(row),
        WorkRow.cost(row));
  }

  private static SessionTerms terms(ResultSet row) throws SQLException {
    String mode = row.getString("system_mode");
    return new SessionTerms(
        Rows.text(row, "agent"),
        row.getString("model"),
        mode == null
            ? null
            : new SystemPrompt(Rows.text(row, "system"), SystemPrompt.Mode.valueOf(mode)),
        PermissionsText.read(Rows.text(row, "permissions")),
        NetworkColumn.read(row, "network"),
        list(row.getString("allowed_tools")),
        row.getBoolean("background"),
        Rows.optionalInt(row, "max_turns"),
        Rows.text(row, "meta"));
  }

  // Each line is terminated, so that an empty list and one empty name differ.
  private static @Nullable String lines(@Nullable List<String> tools) {
    return tools == null ? null : String.join("", tools.stream().map(tool -> tool + "\n").toList());
  }

  private static @Nullable List<String> list(@Nullable String lines) {
    return lines == null ? null : lines.lines().toList();
  }
}
