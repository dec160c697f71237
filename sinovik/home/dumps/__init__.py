"""Everything public as files: made every night, named field by field, kept for some days."""
