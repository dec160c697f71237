"""The moves of the agencies app; each is atomic and leaves an audit event."""
