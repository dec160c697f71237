"""Reads of the register that are more than a QuerySet method."""
