"""LeNet-5 and LeNet-300-100 on MNIST and Fashion-MNIST: every row of the papers beside ours, one command each.

    python -m benchmarks.lenet5 dense --seed 0
    python -m benchmarks.lenet5 nonzeros --seed 0
    python -m benchmarks.lenet5 table

Every row resumes where it stopped (stages are kept in ``out/lenet5``) and writes
``benchmarks/results/lenet5/ROW-SEED.json``.
"""
