"""Backups: sealed base copies, the log up to now, uploads; restoring to a second; drills.

BackupFailed    everything that a person must hear of
"""

from sinovik.management.backups.faults import BackupFailed

__all__ = ["BackupFailed"]
