"""What the client knows and does: state, history, outbox and the network, with no Tk."""
