"""The moves of the contest; each is atomic and leaves an audit event."""
