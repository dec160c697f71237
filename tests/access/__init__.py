"""The access matrix: who reaches which object at which address, and what leaks nowhere."""
