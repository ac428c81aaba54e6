"""Peer of bench/socp.bench.mjs: one conic or convex quadratic programme by one native solver, on one thread.

usage: conic.py PROGRAM.json ecos|clarabel|highs
The header holds where arrays stand in PROGRAM.bin (peers/program-file.mjs): min 1/2 x'Px + c'x + offset, row_lower <= A x <=
row_upper, lower <= x <= upper, and (A x - row_lower)_I in a second-order cone for the rows I of each cone. Prints one JSON
object: least wall and CPU milliseconds of several set-ups with solve from arrays in the solver's own form, objective, largest
violation, status, iterations, peak resident memory of this process and of what it was before the solver.
"""

import json
import resource
import sys
import time
from importlib.metadata import version

import numpy as np
import scipy.sparse as sp

path, peer = sys.argv[1:3]
head = json.load(open(path))
store = np.fromfile(path.replace(".json", ".bin"))
repeats, tolerance = head["repeats"], head["tolerance"]


def array(at):
    values = store[at["start"] : at["start"] + at["length"]].copy()
    values[values >= 1e300] = np.inf
    values[values <= -1e300] = -np.inf
    return values


def matrix(m):
    parts = (array(m["values"]), array(m["row_index"]).astype(np.int64), array(m["col_start"]).astype(np.int64))
    return sp.csc_matrix(parts, shape=(m["rows"], m["cols"]))


c = array(head["cost"])
n = len(c)
a = matrix(head["A"])
p = matrix(head["P"]) if head["P"] else sp.csc_matrix((n, n))
full = (p + sp.triu(p, 1).T).tocsc()
sizes = array(head["cones"]["sizes"]).astype(int)
cone_rows = array(head["cones"]["rows"]).astype(int)
row_lower, row_upper = array(head["row_lower"]), array(head["row_upper"])
lower, upper = array(head["lower"]), array(head["upper"])
linear = np.ones(a.shape[0], dtype=bool)
linear[cone_rows] = False

by_row = a.tocsr()
both = sp.vstack([by_row[linear], sp.eye(n, format="csr")], format="csr")
lo = np.concatenate([row_lower[linear], lower])
hi = np.concatenate([row_upper[linear], upper])
same = lo == hi
up = np.isfinite(hi) & ~same
down = np.isfinite(lo) & ~same
# s = h - G x >= 0: upper sides, lower sides, cones
g = sp.vstack([both[up], -both[down], -by_row[cone_rows]], format="csc")
h = np.concatenate([hi[up], -lo[down], -row_lower[cone_rows]])
flat_count = int(up.sum() + down.sum())
eq, right = both[same].tocsc(), hi[same]


def violation(x):
    v = both @ x
    worst = max(0.0, float(np.max(lo - v)), float(np.max(v - hi)))
    w = by_row[cone_rows] @ x - row_lower[cone_rows]
    first = 0
    for size in sizes:
        worst = max(worst, float(np.linalg.norm(w[first + 1 : first + size]) - w[first]))
        first += size
    return worst


def peak_mib():
    # Of this process itself; what getrusage says may be its parent's.
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def least(work):
    best, cpu = np.inf, np.inf
    kept = None
    for k in range(repeats):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        kept = work()
        best, cpu = min(best, time.perf_counter() - begin), min(cpu, time.process_time() - begin_cpu)
        if best > 20:
            break
    return best * 1e3, cpu * 1e3, kept


def by_ecos():
    import ecos

    dims = {"l": flat_count, "q": [int(size) for size in sizes]}
    options = {"verbose": False, "feastol": tolerance, "abstol": tolerance, "reltol": tolerance}
    wall, cpu, s = least(lambda: ecos.solve(c, g, h, dims, eq, right, **options))
    return wall, cpu, s["x"], s["info"]["infostring"].lower(), s["info"]["iter"]


def by_clarabel():
    import clarabel

    rows = sp.vstack([eq, g], format="csc")
    cones = [clarabel.ZeroConeT(len(right)), clarabel.NonnegativeConeT(flat_count)]
    cones += [clarabel.SecondOrderConeT(int(size)) for size in sizes]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = tolerance
    both_right = np.concatenate([right, h])
    wall, cpu, s = least(lambda: clarabel.DefaultSolver(p, c, rows, both_right, cones, settings).solve())
    return wall, cpu, np.array(s.x), str(s.status).lower(), s.iterations


def by_highs():
    import highspy

    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_col_, lp.num_row_ = n, a.shape[0]
    lp.col_cost_, lp.offset_ = c, head["offset"]
    lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_ = lower, upper, row_lower, row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = a.indptr, a.indices, a.data
    below = sp.tril(full, format="csc")
    model.hessian_.dim_ = n
    model.hessian_.format_ = highspy.HessianFormat.kTriangular
    model.hessian_.start_, model.hessian_.index_, model.hessian_.value_ = below.indptr, below.indices, below.data

    def work():
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", 20.0)
        solver.passModel(model)
        solver.run()
        return solver

    wall, cpu, solver = least(work)
    status = solver.modelStatusToString(solver.getModelStatus()).lower()
    return wall, cpu, np.array(solver.getSolution().col_value), status, solver.getInfo().qp_iteration_count


before = peak_mib()
solve, package = {"ecos": (by_ecos, "ecos"), "clarabel": (by_clarabel, "clarabel"), "highs": (by_highs, "highspy")}[peer]
wall_ms, cpu_ms, x, status, iterations = solve()
print(
    json.dumps(
        {
            "peer": f"{peer} {version(package)}",
            "ms": wall_ms,
            "cpu_ms": cpu_ms,
            "objective": float(0.5 * x @ (full @ x) + c @ x + head["offset"]) if len(x) else None,
            "violation": violation(x) if len(x) else None,
            "status": status,
            "iterations": int(iterations),
            "before_mib": before,
            "peak_mib": peak_mib(),
        }
    )
)
