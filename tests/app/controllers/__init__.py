"""Tests of the controllers: mocked sockets and views, everything between them real."""
