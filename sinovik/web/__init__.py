"""Access policies, the read-only guard, middleware and template tags shared by all pages."""
