"""Tests of what measures us beside others."""
