package com.clawdforge.core.agent;

/** How hard the model should think. */
public enum Effort {
  LOW,
  MEDIUM,
  HIGH,
  XHIGH,
  MAX
}
