"""Is the screen right about parts of sources it has never seen? ``python -m benchmarks.accuracy``.

Every file of the development data is judged by the packed network of the fold that holds its source out of training
(`c3po.networks.refining`), through the whole way of a verdict: reading, solids, parts, rules, thresholds.
"""
