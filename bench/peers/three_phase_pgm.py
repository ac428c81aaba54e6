"""Peer of bench/three-phase.bench.mjs: power-grid-model, asymmetric power flow in a batch, on a feeder written by the benchmark.

usage: three_phase_pgm.py CASE.json
Every node of power-grid-model has three phases: a lateral with fewer conductors carries all three here, without load on those it lacks.
Prints one JSON object: version, CPU milliseconds of the best of several runs on one thread for the batch (set-up excluded, only node results asked
for), and the voltages of the last step.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from power_grid_model import CalculationMethod, ComponentType, DatasetType, LoadGenType, PowerGridModel, initialize_array

case = json.load(open(sys.argv[1]))
nb, lines, loads = case["buses_count"], case["lines"], case["loads"]
start = 1 + max(nb, len(lines), len(loads))

node = initialize_array(DatasetType.input, ComponentType.node, nb)
node["id"] = np.arange(nb)
node["u_rated"] = case["v_base_kV"] * 1e3

line = initialize_array(DatasetType.input, ComponentType.asym_line, len(lines))
line["id"] = start + np.arange(len(lines))
line["from_node"] = [x["from"] for x in lines]
line["to_node"] = [x["to"] for x in lines]
line["from_status"] = line["to_status"] = 1
for quantity in "rx":
    for row, name in enumerate("abc"):
        for col, other in enumerate("abc"[: row + 1]):
            line[f"{quantity}_{name}{other}"] = [x[quantity][3 * row + col] for x in lines]
line["c0"] = line["c1"] = 0
line["i_n"] = 1000

load = initialize_array(DatasetType.input, ComponentType.asym_load, len(loads))
load["id"] = 2 * start + np.arange(len(loads))
load["node"] = [x["bus"] for x in loads]
load["status"] = 1
load["type"] = LoadGenType.const_power
p = np.array([x["p_kW"] for x in loads]) * 1e3
q = np.array([x["q_kvar"] for x in loads]) * 1e3
load["p_specified"], load["q_specified"] = p, q

source = initialize_array(DatasetType.input, ComponentType.source, 1)
source["id"], source["node"], source["status"] = 3 * start, 0, 1
source["u_ref"], source["sk"], source["rx_ratio"], source["z01_ratio"] = 1.0, case["sk_kVA"] * 1e3, case["rx_ratio"], 1.0

model = PowerGridModel({"node": node, "asym_line": line, "asym_load": load, "source": source})
steps = case["steps"]
frac = np.fromfile(case["profiles"], dtype="<f8").reshape(steps, len(loads))
update = initialize_array(DatasetType.update, ComponentType.asym_load, (steps, len(loads)))
update["id"] = load["id"]
update["p_specified"] = frac[:, :, None] * p
update["q_specified"] = frac[:, :, None] * q

best = None
for _ in range(case["repeats"]):
    begin = time.process_time()
    result = model.calculate_power_flow(
        symmetric=False,
        update_data={"asym_load": update},
        calculation_method=CalculationMethod.iterative_current,
        error_tolerance=case["tolerance"],
        threading=-1,
        output_component_types=["node"],
    )
    spent = (time.process_time() - begin) * 1e3
    best = spent if best is None else min(best, spent)
print(json.dumps({"peer": "power-grid-model " + version("power-grid-model"), "cpu_ms": best, "v_pu": result["node"]["u_pu"][-1].ravel().tolist()}))
