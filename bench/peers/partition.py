"""Peer of bench/partition.bench.mjs: the partitions of a feeder by NumPy, two ways.

usage: partition.py CASE.json
`enumerate`: every set of cuts among the edges that can be cut at all (2^E sets, in blocks), then the distance of each valid one.
`sample`: the sampler of Jia et al. (2025), as many draws as asked for, in blocks, different valid partitions kept.
Prints one JSON object: milliseconds and numbers found.
"""

import json
import sys
import time

import numpy as np

case = json.load(open(sys.argv[1]))
dd = np.array(case["dd"], dtype=float).reshape(case["buses"], case["buses"])
least = case["least"]


def valid_rows(cut, parent, resources):
    """cut: (rows, nodes) of bool. Labels by the topmost node of each cluster, and which rows have enough resources everywhere."""
    rows, nodes = cut.shape
    label = np.zeros((rows, nodes), dtype=np.int16)
    for v in range(nodes):
        label[:, v] = v if parent[v] < 0 else np.where(cut[:, v], v, label[:, parent[v]])
    held = np.zeros((rows, nodes), dtype=np.int16)
    for v in range(nodes):
        if resources[v] > 0:
            np.add.at(held, (np.arange(rows), label[:, v]), resources[v])
    used = np.zeros((rows, nodes), dtype=bool)
    for v in range(nodes):
        used[np.arange(rows), label[:, v]] = True
    return label, np.all(~used | (held >= least), axis=1)


def distance(label):
    means = [dd[np.ix_(members, members)].mean() for m in np.unique(label[label >= 0]) for members in [np.flatnonzero(label == m)]]
    return float(np.mean(means))


def enumerate_all():
    atoms = case["atoms"]
    parent, resources, of = atoms["parent"], atoms["resources"], np.array(atoms["of"])
    edges = [v for v in range(len(parent)) if parent[v] >= 0]
    found = []
    block = 1 << 16
    for first in range(0, 1 << len(edges), block):
        sets = np.arange(first, min(first + block, 1 << len(edges)))
        cut = np.zeros((len(sets), len(parent)), dtype=bool)
        for k, v in enumerate(edges):
            cut[:, v] = (sets >> k) & 1
        label, ok = valid_rows(cut, parent, resources)
        found.extend(distance(np.where(of >= 0, row[of], -1)) for row in label[ok])
    return len(found), [sum(d <= x for d in found) for x in case["lambdas"]]


def sample():
    parent, resources, of = case["tree"]["parent"], case["tree"]["resources"], np.array(case["tree"]["of"])
    rng = np.random.default_rng(1)
    found = {}
    for first in range(0, case["draws"], 1 << 14):
        rows = min(1 << 14, case["draws"] - first)
        cut = rng.random((rows, len(parent))) >= 0.8
        label, ok = valid_rows(cut, parent, resources)
        for row in label[ok]:
            found.setdefault(row.tobytes(), row)
    distances = [distance(np.where(of >= 0, row[of], -1)) for row in found.values()]
    return len(found), [sum(d <= x for d in distances) for x in case["lambdas"]]


answer = {"peer": f"NumPy {np.__version__}"}
for name, run in (("enumerate", enumerate_all), ("sample", sample)):
    begin = time.perf_counter()
    count, below = run()
    answer[name] = {"ms": (time.perf_counter() - begin) * 1e3, "count": count, "below": below}
print(json.dumps(answer))
