"""Language servers measured while somebody types: `python -m benchmarks.latency`."""
