"""What: the register. Dossiers, frozen versions, search, life after the award."""
