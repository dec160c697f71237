"""Pages of agencies, members and invitations."""
