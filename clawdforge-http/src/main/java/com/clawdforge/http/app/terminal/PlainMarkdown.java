package com.clawdforge.http.app.terminal;

import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;

/** The words of a Markdown text without any style. */
final class PlainMarkdown {
  private PlainMarkdown() {}

  /** What follows the words of a link; empty if it is written as its own address. */
  static String destination(Link link) {
    StringBuilder words = new StringBuilder();
    for (Node child = link.getFirstChild(); child != null; child = child.getNext()) {
      words.append(words(child));
    }
    return words.toString().equals(link.getDestination()) ? "" : " (" + link.getDestination() + ")";
  }

  /** The words of a node without any style, and the destinations of its links. */
  static String words(Node node) {
    StringBuilder words = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text text) {
            words.append(text.getLiteral());
          }

          @Override
          public void visit(Code code) {
            words.append(code.getLiteral());
          }

          @Override
          public void visit(HtmlInline html) {
            words.append(html.getLiteral());
          }

          @Override
          public void visit(Link link) {
            visitChildren(link);
            words.append(destination(link));
          }

          @Override
          public void visit(Image image) {
            visitChildren(image);
            words.append(" (").append(image.getDestination()).append(")");
          }
        });
    return words.toString();
  }
}
