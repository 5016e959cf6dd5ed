"""Tests of the wire protocol, by the files of `protocol`."""
