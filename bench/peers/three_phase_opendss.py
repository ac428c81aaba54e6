"""Peer of bench/three-phase.bench.mjs: OpenDSS (DSS C-API through OpenDSSDirect.py) over the same year in its yearly mode.

usage: three_phase_opendss.py CASE.json [TOLERANCE]
       three_phase_opendss.py --snapshot SCRIPT.dss   CPU milliseconds from the files to the solution that the script asks for, best of five
Prints one JSON object: version, CPU milliseconds of the solution (script, shapes and set-up excluded; no monitors), and the voltages of the last step in
volts by `bus.conductor`.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
import opendssdirect as dss


def do(text):
    dss.Text.Command(text)


def volts():
    pairs = np.array(dss.Circuit.AllBusVolts()).reshape(-1, 2)
    return {name: float(np.hypot(*pair)) for name, pair in zip(dss.Circuit.AllNodeNames(), pairs)}


def report(spent, **more):
    facts = {"peer": "OpenDSSDirect.py " + version("OpenDSSDirect.py"), "cpu_ms": spent, "converged": bool(dss.Solution.Converged())}
    print(json.dumps({**facts, **more}))
    sys.exit()


if sys.argv[1] == "--snapshot":
    best = None
    for _ in range(5):
        do("clear")
        begin = time.process_time()
        do(f'compile "{sys.argv[2]}"')
        spent = (time.process_time() - begin) * 1e3
        best = spent if best is None else min(best, spent)
    report(best, v_V=volts())

case = json.load(open(sys.argv[1]))
steps = case["steps"]
tolerance = sys.argv[2] if len(sys.argv) > 2 else case["tolerance"]
frac = np.fromfile(case["profiles"], dtype="<f8").reshape(steps, len(case["loads"]))


def year():
    do(f"set tolerance={tolerance} maxiterations=100 maxcontroliter=100 controlmode={case.get('control_mode', 'off')}")
    do(f"set mode=yearly stepsize=15m number={steps}")
    begin = time.process_time()
    do("solve")
    report((time.process_time() - begin) * 1e3, v_V=volts())


def shape(k):
    do(f"new loadshape.s{k} npts={steps} interval=0.25 useactual=no")
    dss.LoadShape.Name(f"s{k}")
    dss.LoadShape.PMult(frac[:, k].tolist())


if "script" in case:
    do("clear")
    do(f'compile "{case["script"]}"')
    for k, name in enumerate(case["loads"]):
        shape(k)
        do(f"{name}.yearly=s{k}")
    for name, tap_pu in case["taps"].items():
        do(f"{name}.wdg=2")
        do(f"{name}.tap={tap_pu}")
    year()

kv = case["v_base_kV"]


def below(matrix, n):
    return " | ".join(" ".join(repr(matrix[n * r + c]) for c in range(r + 1)) for r in range(n))


do("clear")
z = kv**2 * 1e3 / case["sk_kVA"]
x = z / np.hypot(1, case["rx_ratio"])
r = x * case["rx_ratio"]
do(f"new circuit.c basekv={kv} pu=1 phases=3 bus1=b0 r1={r} x1={x} r0={r} x0={x}")
for k, line in enumerate(case["lines"]):
    ph = "." + ".".join(str(c) for c in line["conductors"])
    n = len(line["conductors"])
    do(
        f"new line.l{k} phases={n} bus1=b{line['from']}{ph} bus2=b{line['to']}{ph} length=1 units=none "
        f"rmatrix=[{below(line['r_own'], n)}] xmatrix=[{below(line['x_own'], n)}] cmatrix=[{below([0.0] * (n * n), n)}]"
    )
for k, load in enumerate(case["loads"]):
    shape(k)
    for phase in range(3):
        p, q = load["p_kW"][phase], load["q_kvar"][phase]
        if p == 0 and q == 0:
            continue
        do(
            f"new load.d{k}_{phase} phases=1 bus1=b{load['bus']}.{phase + 1} kv={kv / np.sqrt(3)} kw={p} kvar={q} model=1 vminpu=0.1 vmaxpu=2 yearly=s{k}"
        )
do(f"set voltagebases=[{kv}]")
do("calcvoltagebases")
year()
