"""Reads of the contest that are more than a QuerySet method."""
