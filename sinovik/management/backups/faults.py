"""What goes wrong with backups, as a sentence for who runs the command."""


class BackupFailed(Exception):
    """The text says what is wrong and, where something can be done, what."""
