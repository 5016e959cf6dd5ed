"""The chat server: a pure core of rooms, log and sessions; one file holds the socket."""
