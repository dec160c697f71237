"""Characters that PostgreSQL can hold in no text: NUL and lone surrogates."""

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Finds one; refuse it where the text comes in, with a sentence."""
