"""Measurements of this tree, on this machine."""
