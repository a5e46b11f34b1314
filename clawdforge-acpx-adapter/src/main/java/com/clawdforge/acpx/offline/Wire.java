package com.clawdforge.acpx.offline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One model message in an API's JSON, whole or as stream events. It is sent once. */
interface Wire {
  /** The response to a request without {@code stream}. */
  ObjectNode whole();

  /** The events before the first block. */
  List<ObjectNode> opening();

  /** The events before a block's content; blocks are counted from 0. */
  List<ObjectNode> blockOpening(int index);

  /** The events with a block's content: for a text one per chunk, for a tool's input one. */
  List<ObjectNode> deltas(int index);

  /** The events after a block's content. */
  List<ObjectNode> blockClosing(int index);

  /** The events after the last block. */
  List<ObjectNode> closing();

  /** The event that ends a stream anywhere after its opening, when the API has a fault. */
  ObjectNode failure(String type, String message);
}
