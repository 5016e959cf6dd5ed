"""What is said on the wire, shared by both sides: no sockets, clocks, threads or dice."""
