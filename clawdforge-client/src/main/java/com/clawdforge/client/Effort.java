package com.clawdforge.client;

/** How hard the model should think. */
public enum Effort {
  LOW,
  MEDIUM,
  HIGH,
  XHIGH,
  MAX
}
