"""Where both sides meet: model signals become view calls, and intents become model calls."""
