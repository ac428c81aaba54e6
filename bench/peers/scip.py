"""Peer of bench/miconic.bench.mjs: one mixed-integer programme with cones and a convex quadratic cost, by SCIP on one thread.

usage: scip.py PROGRAM.json
min 1/2 x'Px + c'x, row_lower <= A x <= row_upper, lower <= x <= upper, x_j whole where integer_j; the rows of a cone say that
A x - row_lower lies in it. P (upper triangle) and A by columns; missing bounds are null. Prints one JSON object; the CPU
time is that of SCIP from the finished model to the answer, presolve included.
"""

import json
import sys
import time

from pyscipopt import Model, quicksum

data = json.load(open(sys.argv[1]))
model = Model()
model.hideOutput()
model.setParam("limits/gap", data["gap"])
model.setParam("limits/time", data["time_limit"])
model.setParam("timing/clocktype", 1)  # CPU
model.setParam("parallel/maxnthreads", 1)
x = [
    model.addVar(vtype="I" if whole else "C", lb=low, ub=high)
    for low, high, whole in zip(data["lower"], data["upper"], data["integer"])
]


def entries(m):
    for j in range(len(m["col_start"]) - 1):
        for k in range(m["col_start"][j], m["col_start"][j + 1]):
            yield m["row_index"][k], j, m["values"][k]


terms = [[] for _ in data["row_lower"]]
for i, j, value in entries(data["rows"]):
    terms[i].append(value * x[j])
in_cone = {i for cone in data["cones"] for i in cone}
for i, (low, high) in enumerate(zip(data["row_lower"], data["row_upper"])):
    if i in in_cone:
        continue
    row = quicksum(terms[i])
    if low is not None and low == high:
        model.addCons(row == low)
        continue
    if low is not None:
        model.addCons(row >= low)
    if high is not None:
        model.addCons(row <= high)


def entry(i):
    """A x - r of one row; long sums get a variable of their own."""
    row = quicksum(terms[i]) - data["row_lower"][i]
    if len(terms[i]) <= 2:
        return row
    short = model.addVar(vtype="C", lb=None, ub=None)
    model.addCons(short == row)
    return short


for cone in data["cones"]:
    w = [entry(i) for i in cone]
    model.addCons(w[0] >= 0)
    model.addCons(quicksum(v * v for v in w[1:]) <= w[0] * w[0])

linear = quicksum(c * v for c, v in zip(data["cost"], x) if c != 0)
squares = [((0.5 if i == j else 1.0) * value) * x[i] * x[j] for i, j, value in entries(data["quadratic"]) if value != 0]
if squares:
    above = model.addVar(vtype="C", lb=0, ub=None)
    model.addCons(quicksum(squares) <= above)
    linear = linear + above
model.setObjective(linear, "minimize")

begin = time.process_time()
model.optimize()
ms = (time.process_time() - begin) * 1e3
print(
    json.dumps(
        {
            "peer": f"SCIP {model.version()}",
            "ms": ms,
            "status": model.getStatus(),
            "objective": model.getObjVal() if model.getNSols() > 0 else None,
            "bound": model.getDualbound(),
            "nodes": model.getNTotalNodes(),
        }
    )
)
