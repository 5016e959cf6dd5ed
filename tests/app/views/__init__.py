"""Tests of the views, with a real window on a virtual display."""
