"""Crowds against promises: the minute of a close, an announcement, an evening of evaluators."""
