"""Tests of whole programs that talk to each other over loopback UDP."""
