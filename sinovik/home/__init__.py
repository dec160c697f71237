"""Front page, help and health: the only views that see all apps."""
