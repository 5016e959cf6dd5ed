"""Tests of the wire protocol, one file for each file of `protocol`."""
