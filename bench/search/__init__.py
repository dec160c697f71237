"""Does the search find what was meant, and how fast? See `python -m bench.search --help`."""
