"""Faults against promises: processes killed, standbys promoted, what is acknowledged counted."""
