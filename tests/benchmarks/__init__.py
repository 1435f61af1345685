"""Benchmarks: figures with their conditions. They print; nothing here ever fails by the clock."""
