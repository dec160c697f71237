"""Tags of the agencies app."""
