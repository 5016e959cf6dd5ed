"""Tests of the server, one file for each file of `server`."""
