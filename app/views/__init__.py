"""The window: plain frozen values in, callbacks out; knows no network and no models."""
