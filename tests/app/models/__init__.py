"""Tests of the client models, one file for each file of `app.models`."""
