package com.clawdforge.core.ledger;

/** Why the ledger cannot be read or written. */
public enum LedgerFault {
  /** Another process held the lock for too long. */
  BUSY,
  DISK_FULL,
  DAMAGED,
  NOT_WRITABLE,
  INPUT_OUTPUT,
  OTHER
}
