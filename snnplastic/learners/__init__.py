"""Learning rules of layered networks, one a file; what they share is in `learning`."""
