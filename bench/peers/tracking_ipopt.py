"""Tracking a command at the point of common coupling over a day, by Ipopt with MUMPS, both from the casadi wheel: the problem that
tracking.bench.mjs writes, with exact sparse derivatives by symbolic differentiation, built once with the day's numbers as parameters, each
step started at the answer before. Prints one JSON object."""

import json
import resource
import sys
import time

import casadi as ca

with open(sys.argv[1]) as file:
    m = json.load(file)
inf = float("inf")
nB, nD = m["buses"], len(m["bus_of"])
slack = m["slack"]

theta, v = ca.SX.sym("theta", nB), ca.SX.sym("v", nB)
p, q = ca.SX.sym("p", nD), ca.SX.sym("q", nD)
pcc, split = ca.SX.sym("pcc", 2), ca.SX.sym("split", 4)
fixed, near, weight, command = ca.SX.sym("fixed", 2 * nB), ca.SX.sym("near", 2 * nD), ca.SX.sym("weight", nD), ca.SX.sym("command", 2)
radius = ca.SX.sym("radius", nD)
balance_p = [m["g"][b] * v[b] ** 2 - fixed[b] for b in range(nB)]
balance_q = [-m["b"][b] * v[b] ** 2 - fixed[nB + b] for b in range(nB)]
balance_p[slack] -= pcc[0]
balance_q[slack] -= pcc[1]
for d, b in enumerate(m["bus_of"]):
    balance_p[b] -= p[d]
    balance_q[b] -= q[d]
for x in m["branches"]:
    i, j = x["from"], x["to"]
    c, s = ca.cos(theta[i] - theta[j]), ca.sin(theta[i] - theta[j])
    vv = v[i] * v[j]
    balance_p[i] += x["g_ff"] * v[i] ** 2 + vv * (x["g_ft"] * c + x["b_ft"] * s)
    balance_q[i] += -x["b_ff"] * v[i] ** 2 + vv * (x["g_ft"] * s - x["b_ft"] * c)
    balance_p[j] += x["g_tt"] * v[j] ** 2 + vv * (x["g_tf"] * c - x["b_tf"] * s)
    balance_q[j] += -x["b_tt"] * v[j] ** 2 + vv * (-x["g_tf"] * s - x["b_tf"] * c)
rows = [pcc[0] - command[0] - split[0] + split[1], pcc[1] - command[1] - split[2] + split[3]]
circles = [(p[d] ** 2 + q[d] ** 2) / (2 * radius[d]) - radius[d] / 2 for d in range(nD)]
cost = ca.sum1(split) + 0.5 * sum(weight[d] * ((p[d] - near[d]) ** 2 + (q[d] - near[nD + d]) ** 2) for d in range(nD))

x = ca.vertcat(theta, v, p, q, pcc, split)
g = ca.vertcat(*balance_p, *balance_q, *rows, *circles)
begin = time.perf_counter()
solver = ca.nlpsol(
    "tracking", "ipopt", {"x": x, "p": ca.vertcat(fixed, near, weight, command, radius), "f": cost, "g": g},
    {"ipopt": {"print_level": 0, "sb": "yes", "linear_solver": "mumps", "tol": 1e-9, "bound_relax_factor": 0}, "print_time": False},
)
build_ms = (time.perf_counter() - begin) * 1e3

equalities = 2 * nB + 2
lower = [-inf] * nB + m["v_min"]
upper = [inf] * nB + m["v_max"]
lower[slack], upper[slack] = 0, 0


def day():
    start = [0] * nB + [1] * nB + [0] * (2 * nD + 6)
    missed, iterations, good = 0.0, 0, True
    for step in m["steps"]:
        s = step["s_max"]
        found = solver(
            x0=start, p=step["fixed_p"] + step["fixed_q"] + step["near"] + step["weight"] + step["command"] + s,
            lbx=lower + step["p_min"] + [-a for a in s] + [-inf] * 2 + [0] * 4, ubx=upper + step["p_max"] + s + [inf] * 6,
            lbg=[0] * equalities + [-inf] * nD, ubg=[0] * (equalities + nD),
        )
        start = found["x"]
        missed += float(ca.sum1(start[-4:]))
        stats = solver.stats()
        iterations += stats["iter_count"]
        good = good and stats["success"]
    return missed, iterations, good


whole_ms = inf
for _ in range(int(m["repeats"])):
    begin = time.process_time()
    missed, iterations, good = day()
    whole_ms = min(whole_ms, (time.process_time() - begin) * 1e3)
print(json.dumps({
    "peer": f"Ipopt with MUMPS (casadi {ca.__version__})", "missed": missed, "iterations": iterations, "good": good,
    "build_ms": build_ms, "whole_ms": whole_ms, "rss_MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
