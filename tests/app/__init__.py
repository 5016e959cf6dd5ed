"""Tests of the client: models, controllers with mocked sockets, views on a virtual display."""
