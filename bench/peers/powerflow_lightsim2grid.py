"""Peer of bench/powerflow.bench.mjs: lightsim2grid's Newton with KLU on a case written by the benchmark.

usage: powerflow_lightsim2grid.py CASE.json
Prints one JSON object. `single`: the best of many solves from the case's starting point with a solver that has seen the
pattern before. `batch`: all scenarios, each from the solution of the one before. Times are those of the C++ solver's own
clock (the Python call and its argument checks are left out, which favours the peer); `wall` includes them.
"""

import json
import sys
import time
from importlib.metadata import version

import lightsim2grid_cpp as cpp
import numpy as np
from scipy.sparse import coo_matrix

case = json.load(open(sys.argv[1]))
buses, lines = case["buses"], case["branches"]
nb, base = len(buses), case["s_base_kVA"]
f = np.array([x["from"] for x in lines])
t = np.array([x["to"] for x in lines])
y = 1 / np.array([complex(x["r"], x["x"]) for x in lines])
half = np.array([0.5j * x["b"] for x in lines])
tap = np.array([x["ratio"] * np.exp(1j * x["shift_rad"]) for x in lines])
shunt = np.array([complex(x["g_pu"], x["b_pu"]) for x in buses])
bus = np.arange(nb)
ybus = coo_matrix(
    (
        np.concatenate([(y + half) / abs(tap) ** 2, -y / tap.conj(), -y / tap, y + half, shunt]),
        (np.concatenate([f, f, t, t, bus]), np.concatenate([f, t, f, t, bus])),
    ),
    shape=(nb, nb),
).tocsc()


def of(kind):
    return np.array([b for b in range(nb) if buses[b]["type"] == kind], dtype=np.int32)


pv, pq, slack = of("pv"), of("pq"), of("slack")
weights = np.zeros(nb)
weights[slack[0]] = 1.0
v0 = np.array([x["v_pu"] * np.exp(1j * x["angle_rad"]) for x in buses])
s0 = np.array([complex(x["p_kW"], x["q_kvar"]) / base for x in buses])
solver = cpp.NR_KLU()
spent_at = lambda: solver.get_timers()[-1]


def solve(v, s):
    begin = time.perf_counter()
    ok = solver.compute_pf(ybus, v.copy(), s, slack, weights, pv, pq, 20, case["tolerance"])
    wall = (time.perf_counter() - begin) * 1e3
    return ok, spent_at() * 1e3, wall


singles, walls = [], []
for _ in range(max(30, case["repeats"] * 10)):
    ok, ms, wall = solve(v0, s0)
    assert ok, "the peer diverged"
    singles.append(ms)
    walls.append(wall)
base_v = solver.get_V().copy()
iterations = solver.get_nb_iter()
raw = np.fromfile(case["scenarios"], dtype="<f8").reshape(2, case["steps"], nb)
fixed = np.array([complex(x["p_fixed_kW"], x["q_fixed_kvar"]) for x in buses])
best, best_wall = None, None
for _ in range(case["repeats"]):
    v, total, total_wall = base_v, 0.0, 0.0
    for k in range(case["steps"]):
        ok, ms, wall = solve(v, (raw[0][k] + 1j * raw[1][k] + fixed) / base)
        assert ok, "the peer diverged"
        total += ms
        total_wall += wall
        v = solver.get_V()
    best = total if best is None else min(best, total)
    best_wall = total_wall if best_wall is None else min(best_wall, total_wall)
print(
    json.dumps(
        {
            "peer": "lightsim2grid " + version("lightsim2grid"),
            "single_ms": min(singles),
            "single_wall_ms": min(walls),
            "single_iterations": iterations,
            "batch_ms": best,
            "batch_wall_ms": best_wall,
            "v_pu": np.abs(v).tolist(),
        }
    )
)
