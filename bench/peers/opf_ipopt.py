"""AC optimal power flow in polar coordinates by Ipopt with MUMPS, both from the casadi wheel: exact sparse derivatives by
symbolic differentiation. Reads the problem that opf.bench.mjs writes; prints one JSON object."""

import json
import resource
import sys
import time

import casadi as ca

with open(sys.argv[1]) as file:
    m = json.load(file)
inf = float("inf")
limit = lambda x, missing: missing if x is None else x
nB, nD = len(m["v_min"]), len(m["generators"])

theta, v = ca.SX.sym("theta", nB), ca.SX.sym("v", nB)
p, q = ca.SX.sym("p", nD), ca.SX.sym("q", nD)
balance_p = [m["g"][b] * v[b] ** 2 - m["p"][b] for b in range(nB)]
balance_q = [-m["b"][b] * v[b] ** 2 - m["q"][b] for b in range(nB)]
cost = 0
for d, x in enumerate(m["generators"]):
    balance_p[x["bus"]] -= p[d]
    balance_q[x["bus"]] -= q[d]
    cost += sum(c * p[d] ** k for k, c in enumerate(x["coefficients"]))
rows, low, high = [], [], []
for x in m["branches"]:
    i, j = x["from"], x["to"]
    c, s = ca.cos(theta[i] - theta[j]), ca.sin(theta[i] - theta[j])
    vv = v[i] * v[j]
    pf = x["g_ff"] * v[i] ** 2 + vv * (x["g_ft"] * c + x["b_ft"] * s)
    qf = -x["b_ff"] * v[i] ** 2 + vv * (x["g_ft"] * s - x["b_ft"] * c)
    pt = x["g_tt"] * v[j] ** 2 + vv * (x["g_tf"] * c - x["b_tf"] * s)
    qt = -x["b_tt"] * v[j] ** 2 + vv * (-x["g_tf"] * s - x["b_tf"] * c)
    balance_p[i] += pf
    balance_q[i] += qf
    balance_p[j] += pt
    balance_q[j] += qt
    if x["s_max"] is not None:
        rows += [pf**2 + qf**2, pt**2 + qt**2]
        low += [-inf, -inf]
        high += [x["s_max"] ** 2] * 2
    if x["angle_min"] is not None or x["angle_max"] is not None:
        rows.append(theta[i] - theta[j])
        low.append(limit(x["angle_min"], -inf))
        high.append(limit(x["angle_max"], inf))

x = ca.vertcat(theta, v, p, q)
g = ca.vertcat(*balance_p, *balance_q, *rows)
units = m["generators"]
lower = [limit(a, -inf) for a in m["reference"]] + m["v_min"] + [limit(d["p_min"], -inf) for d in units] + [limit(d["q_min"], -inf) for d in units]
upper = [limit(a, inf) for a in m["reference"]] + m["v_max"] + [limit(d["p_max"], inf) for d in units] + [limit(d["q_max"], inf) for d in units]

begin = time.perf_counter()
solver = ca.nlpsol(
    "opf", "ipopt", {"x": x, "f": cost, "g": g},
    {"ipopt": {"print_level": 0, "sb": "yes", "linear_solver": "mumps", "tol": 1e-8, "max_iter": 500}, "print_time": False},
)
build_ms = (time.perf_counter() - begin) * 1e3
whole_ms = inf
for _ in range(int(m["repeats"])):
    begin = time.process_time()
    found = solver(x0=m["start"], lbx=lower, ubx=upper, lbg=[0] * (2 * nB) + low, ubg=[0] * (2 * nB) + high)
    whole_ms = min(whole_ms, (time.process_time() - begin) * 1e3)
stats = solver.stats()
inside = sum(t for name, t in stats.items() if name.startswith("t_wall_nlp")) * 1e3
print(json.dumps({
    "peer": f"Ipopt with MUMPS (casadi {ca.__version__})", "status": stats["return_status"], "objective": float(found["f"]),
    "iterations": stats["iter_count"], "build_ms": build_ms, "whole_ms": whole_ms, "derivatives_ms": inside,
    "rss_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
