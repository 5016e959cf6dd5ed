"""The chat program: models know no Tk, views know no network, controllers join the two."""
