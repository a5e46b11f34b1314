package com.clawdforge.sqlite;

import com.clawdforge.core.agent.Network;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What agents may reach of the network, as a column: null for all, 1 for the model, 0 for none. */
final class NetworkColumn {
  private NetworkColumn() {}

  static @Nullable Integer value(Network network) {
    return switch (network) {
      case ALL -> null;
      case MODEL -> 1;
      case NONE -> 0;
    };
  }

  static Network read(ResultSet row, String name) throws SQLException {
    @Nullable Integer value = Rows.optionalInt(row, name);
    if (value == null) {
      return Network.ALL;
    }
    // Not lenient: ignoring an unknown value would drop a limit.
    return switch (value) {
      case 0 -> Network.NONE;
      case 1 -> Network.MODEL;
      default -> throw new IllegalArgumentException(name + " " + value + " is unknown here");
    };
  }
}
