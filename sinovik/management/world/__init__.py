"""The demo world: an announced edition, one in review, one open, built by real actions."""
