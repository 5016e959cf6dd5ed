"""Real cores on a simulated network, disk and clock."""
