package com.clawdforge.http.app.terminal;

import com.clawdforge.http.app.terminal.TerminalWriter.Style;
import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.LinkReferenceDefinition;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.Parser;

/** Shows a Markdown text on a terminal. The terminal breaks long lines. */
final class Markdown extends AbstractVisitor {
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();

  private final TerminalWriter out;
  // What each line begins with: the indentation of lists, the bar of quotations.
  private String margin = "";
  // What the next line begins with, such as the mark of a list.
  private String next = "";
  private boolean midLine;
  private int bold;

  private Markdown(TerminalWriter out) {
    this.out = out;
  }

  /** Prints a text, from the beginning of a line to the end of one. */
  static void print(String text, TerminalWriter out) {
    PARSER.parse(text).accept(new Markdown(out));
    out.flush();
  }

  @Override
  protected void visitChildren(Node parent) {
    boolean tight = parent instanceof ListBlock list && list.isTight();
    boolean inTight = parent.getParent() instanceof ListBlock list && list.isTight();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
      boolean isBlock = child instanceof Block;
      boolean together =
          child instanceof LinkReferenceDefinition
              && child.getPrevious() instanceof LinkReferenceDefinition;
      if (isBlock && child.getPrevious() != null && !tight && !inTight && !together) {
        out.println(margin.stripTrailing());
      }
      child.accept(this);
    }
  }

  private void text(String words) {
    if (!midLine) {
      out.print(next);
      next = margin;
      midLine = true;
    }
    out.print(words);
  }

  private void endLine() {
    if (midLine) {
      out.println();
      midLine = false;
    }
  }

  private void lines(String literal) {
    for (String line : literal.stripTrailing().split("\n", -1)) {
      text("    ");
      out.style(Style.DIM);
      out.print(line);
      out.end(Style.DIM);
      endLine();
    }
  }

  private void within(String mark, String indentation, Node parent) {
    String outer = margin;
    next = next + mark;
    margin = outer + indentation;
    visitChildren(parent);
    // An empty item has its mark alone.
    if (parent.getFirstChild() == null) {
      text("");
      endLine();
    }
    margin = outer;
    next = outer;
  }

  private void bold(Node parent) {
    bold++;
    out.style(Style.BOLD);
    visitChildren(parent);
    bold--;
    if (bold == 0) {
      out.end(Style.BOLD);
    }
  }

  @Override
  public void visit(Heading heading) {
    text("");
    bold(heading);
    endLine();
  }

  @Override
  public void visit(Paragraph paragraph) {
    visitChildren(paragraph);
    endLine();
  }

  @Override
  public void visit(BlockQuote quote) {
    within("│ ", "│ ", quote);
  }

  @Override
  public void visit(BulletList list) {
    visitChildren(list);
  }

  @Override
  public void visit(OrderedList list) {
    visitChildren(list);
  }

  @Override
  public void visit(ListItem item) {
    String mark = "• ";
    if (item.getParent() instanceof OrderedList list) {
      int number = list.getMarkerStartNumber() == null ? 1 : list.getMarkerStartNumber();
      for (Node before = item.getPrevious(); before != null; before = before.getPrevious()) {
        number++;
      }
      mark = number + ". ";
    }
    within(mark, " ".repeat(mark.length()), item);
  }

  @Override
  public void visit(FencedCodeBlock code) {
    lines(code.getLiteral());
  }

  @Override
  public void visit(IndentedCodeBlock code) {
    lines(code.getLiteral());
  }

  @Override
  public void visit(HtmlBlock html) {
    for (String line : html.getLiteral().split("\n", -1)) {
      text(line);
      endLine();
    }
  }

  @Override
  public void visit(ThematicBreak line) {
    text("─".repeat(40));
    endLine();
  }

  @Override
  public void visit(CustomBlock block) {
    if (block instanceof TableBlock table) {
      for (MarkdownTable.Row row : MarkdownTable.rows(table)) {
        text("");
        if (row.heading()) {
          out.style(Style.BOLD);
        }
        text(row.text());
        out.end(Style.BOLD);
        endLine();
      }
    } else {
      visitChildren(block);
    }
  }

  @Override
  public void visit(Text literal) {
    text(literal.getLiteral());
  }

  @Override
  public void visit(Code code) {
    text("");
    out.style(Style.CODE);
    text(code.getLiteral());
    out.end(Style.CODE);
  }

  @Override
  public void visit(HtmlInline html) {
    text(html.getLiteral());
  }

  @Override
  public void visit(Emphasis emphasis) {
    text("");
    out.style(Style.ITALIC);
    visitChildren(emphasis);
    out.end(Style.ITALIC);
  }

  @Override
  public void visit(StrongEmphasis emphasis) {
    text("");
    bold(emphasis);
  }

  @Override
  public void visit(SoftLineBreak line) {
    endLine();
  }

  @Override
  public void visit(HardLineBreak line) {
    endLine();
  }

  @Override
  public void visit(Link link) {
    visitChildren(link);
    text(PlainMarkdown.destination(link));
  }

  @Override
  public void visit(LinkReferenceDefinition definition) {
    text("[" + definition.getLabel() + "]: " + definition.getDestination());
    endLine();
  }

  @Override
  public void visit(Image image) {
    visitChildren(image);
    text(" (" + image.getDestination() + ")");
  }
}
