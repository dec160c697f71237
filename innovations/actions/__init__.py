"""The moves of the register; each is atomic and leaves an audit event."""
