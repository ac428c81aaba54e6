"""Times LAPACK's eigenvalues and vectors: python3 linalg_dense.py FOLDER. Prints JSON in milliseconds."""
import json, sys, time
import numpy as np

folder = sys.argv[1]


def median(work, n):
    repeats = max(1, round(1e6 / n**3))
    samples = []
    for _ in range(9):
        t = time.process_time()
        for _ in range(min(repeats, 2000)):
            work()
        samples.append((time.process_time() - t) / min(repeats, 2000))
    return 1000 * sorted(samples)[len(samples) // 2]


times = {}
for kind, solve in (("symmetric", np.linalg.eigh), ("general", np.linalg.eig)):
    a = np.fromfile(f"{folder}/{kind}")
    n = round(len(a) ** 0.5)
    a = a.reshape(n, n)
    times[f"{kind}_ms"] = median(lambda: solve(a), n)
print(json.dumps(times))
