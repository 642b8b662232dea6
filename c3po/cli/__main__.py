"""``python -m c3po.cli``: the same as ``c3po``."""

from c3po.cli.app import main

main()
