"""The HTTP side of ingest: what comes in is checked whole, and 2xx is said only of what NATS has acknowledged."""
