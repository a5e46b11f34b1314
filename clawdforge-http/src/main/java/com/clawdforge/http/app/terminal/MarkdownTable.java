package com.clawdforge.http.app.terminal;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableHead;
import org.commonmark.node.Node;

/** The rows of a table in columns. */
final class MarkdownTable {
  private MarkdownTable() {}

  /** A line of the table. */
  record Row(boolean heading, String text) {}

  private record Cells(boolean heading, List<String> texts) {}

  static List<Row> rows(TableBlock table) {
    List<Cells> all = new ArrayList<>();
    for (Node part = table.getFirstChild(); part != null; part = part.getNext()) {
      for (Node row = part.getFirstChild(); row != null; row = row.getNext()) {
        List<String> texts = new ArrayList<>();
        for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNext()) {
          texts.add(PlainMarkdown.words(cell));
        }
        all.add(new Cells(part instanceof TableHead, texts));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (Cells cells : all) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < cells.texts.size(); column++) {
        String text = cells.texts.get(column);
        int padding = width(all, column) - text.codePointCount(0, text.length());
        line.append(column == 0 ? "" : " │ ").append(text).append(" ".repeat(padding));
      }
      rows.add(new Row(cells.heading, line.toString().stripTrailing()));
    }
    return rows;
  }

  private static int width(List<Cells> all, int column) {
    return all.stream()
        .filter(cells -> column < cells.texts.size())
        .mapToInt(
            cells -> cells.texts.get(column).codePointCount(0, cells.texts.get(column).length()))
        .max()
        .orElse(0);
  }
}
