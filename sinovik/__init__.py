"""The shell and the shared floor of SINOVIK; no word of the domain lives here."""
