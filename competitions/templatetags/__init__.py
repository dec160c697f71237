"""Template tags that know the domain."""
