"""Taking hostile files apart. Knows no Django: it runs in a process of its own, within limits."""
