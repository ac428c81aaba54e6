"""Peer of bench/negotiate.bench.mjs: one convex QP by Clarabel, OSQP and HiGHS, each native and on one thread.

usage: qp.py PROGRAM.json
The file holds min 1/2 x'Px + c'x + offset, row_lower <= A x <= row_upper, lower <= x <= upper, with P (upper triangle) and A
by columns; missing bounds are null. Prints one JSON array; the time is the least of several set-ups with solve, from arrays
in memory (conversion to the solver's own form excluded) to the solution.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
import scipy.sparse as sp

data = json.load(open(sys.argv[1]))
repeats, tolerance = data["repeats"], data["tolerance"]


def bounds(values, missing):
    return np.array([missing if v is None else v for v in values], dtype=float)


def matrix(m):
    return sp.csc_matrix((m["values"], m["row_index"], m["col_start"]), shape=(m["rows"], m["cols"]))


c = np.array(data["cost"])
n = len(c)
p = matrix(data["P"]) if data["P"] else sp.csc_matrix((n, n))
a = matrix(data["A"])
lo = np.concatenate([bounds(data["row_lower"], -np.inf), bounds(data["lower"], -np.inf)])
hi = np.concatenate([bounds(data["row_upper"], np.inf), bounds(data["upper"], np.inf)])
both = sp.vstack([a, sp.eye(n, format="csc")], format="csc")
full = (p + sp.triu(p, 1).T).tocsc()


def violation(x):
    v = both @ x
    return float(max(0.0, np.max(lo - v), np.max(v - hi)))


def report(name, ms, x, status, iterations):
    value = float(0.5 * x @ (full @ x) + c @ x + data["offset"])
    return {
        "peer": name,
        "ms": ms,
        "objective": value,
        "violation": violation(x),
        "status": status,
        "iterations": iterations,
    }


def least(work):
    begin = time.perf_counter()
    kept = work()
    if time.perf_counter() - begin > 2:  # too long for a second time
        return (time.perf_counter() - begin) * 1e3, kept
    best = None
    for _ in range(repeats):
        begin = time.perf_counter()
        kept = work()
        spent = (time.perf_counter() - begin) * 1e3
        best = spent if best is None else min(best, spent)
    return best, kept


def clarabel_rows():
    import clarabel

    same = lo == hi
    up = np.isfinite(hi) & ~same
    down = np.isfinite(lo) & ~same
    rows = sp.vstack([both.tocsr()[same], both.tocsr()[up], -both.tocsr()[down]], format="csc")
    right = np.concatenate([hi[same], hi[up], -lo[down]])
    cones = [clarabel.ZeroConeT(int(same.sum())), clarabel.NonnegativeConeT(int(up.sum() + down.sum()))]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    ms, s = least(lambda: clarabel.DefaultSolver(p, c, rows, right, cones, settings).solve())
    yield report("Clarabel " + version("clarabel"), ms, np.array(s.x), str(s.status), s.iterations)


def osqp_rows():
    import osqp

    def work(eps):
        solver = osqp.OSQP()
        solver.setup(p, c, both, lo, hi, verbose=False, eps_abs=eps, eps_rel=eps, polishing=True, max_iter=200000, time_limit=20)
        return solver.solve()

    for eps in (1e-3, 1e-6):
        ms, s = least(lambda: work(eps))
        name = f"OSQP {version('osqp')} at {eps:g}"
        yield report(name, ms, np.array(s.x), s.info.status, int(s.info.iter))


def highs_rows():
    import highspy

    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_col_, lp.num_row_ = n, a.shape[0]
    lp.col_cost_, lp.offset_ = c, data["offset"]
    inf = highspy.kHighsInf
    lp.col_lower_, lp.col_upper_ = bounds(data["lower"], -inf), bounds(data["upper"], inf)
    lp.row_lower_, lp.row_upper_ = bounds(data["row_lower"], -inf), bounds(data["row_upper"], inf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = a.indptr, a.indices, a.data
    lower = full.copy()
    lower = sp.tril(lower, format="csc")
    if lower.nnz:
        model.hessian_.dim_ = n
        model.hessian_.format_ = highspy.HessianFormat.kTriangular
        model.hessian_.start_, model.hessian_.index_, model.hessian_.value_ = lower.indptr, lower.indices, lower.data

    def work():
        h = highspy.Highs()
        h.setOptionValue("output_flag", False)
        h.setOptionValue("threads", 1)
        h.setOptionValue("time_limit", 20.0)
        h.passModel(model)
        h.run()
        return h

    ms, h = least(work)
    info = h.getInfo()
    x = np.array(h.getSolution().col_value)
    status = h.modelStatusToString(h.getModelStatus())
    iterations = max(info.qp_iteration_count, info.simplex_iteration_count)
    yield report("HiGHS " + version("highspy"), ms, x, status, iterations)


found = []
for name, rows in (("clarabel", clarabel_rows), ("osqp", osqp_rows), ("highs", highs_rows)):
    if name not in data["peers"]:
        continue
    try:
        found.extend(rows())
    except Exception as error:  # one peer that fails does not silence the others
        print(f"{name}: {error}", file=sys.stderr)
print(json.dumps(found))
