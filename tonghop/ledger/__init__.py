"""The ledger: what was received and what was done with it."""
