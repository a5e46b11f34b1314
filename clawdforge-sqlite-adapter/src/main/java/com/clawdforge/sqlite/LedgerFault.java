package com.clawdforge.sqlite;

/** What can be wrong with the ledger's file. */
public enum LedgerFault {
  /** Another process held it for longer than we wait. */
  BUSY,
  DISK_FULL,
  DAMAGED,
  NOT_WRITABLE,
  INPUT_OUTPUT,
  OTHER
}
