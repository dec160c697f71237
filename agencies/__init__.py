"""Who: agencies, units, regions, people, memberships, roles, invitations."""
