"""One short program per DVC stage over tested functions. Each is run as ``python -m pipelines.<stage>``."""
