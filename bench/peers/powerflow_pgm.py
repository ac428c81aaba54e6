"""Peer of bench/powerflow.bench.mjs: power-grid-model on a case written by the benchmark.

usage: powerflow_pgm.py CASE.json
Prints one JSON object: version, milliseconds of the best of several batch runs on one thread for each calculation method
(set-up excluded, only node results asked for), and the voltages of the last step for comparison.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from power_grid_model import CalculationMethod, ComponentType, DatasetType, LoadGenType, PowerGridModel, initialize_array

case = json.load(open(sys.argv[1]))
nb = len(case["buses"])
base_w = case["s_base_kVA"] * 1e3
u_v = 10e3  # one voltage level for all: the case is in per unit
z_ohm = u_v**2 / base_w
start = max([nb, len(case["branches"])]) + 1

node = initialize_array(DatasetType.input, ComponentType.node, nb)
node["id"] = np.arange(nb)
node["u_rated"] = u_v

lines = case["branches"]
branch = initialize_array(DatasetType.input, ComponentType.generic_branch, len(lines))
branch["id"] = start + np.arange(len(lines))
branch["from_node"] = [x["from"] for x in lines]
branch["to_node"] = [x["to"] for x in lines]
branch["from_status"] = branch["to_status"] = 1
branch["r1"] = [x["r"] * z_ohm for x in lines]
branch["x1"] = [x["x"] * z_ohm for x in lines]
branch["g1"] = 0
branch["b1"] = [x["b"] / z_ohm for x in lines]
branch["k"] = [x["ratio"] for x in lines]
branch["theta"] = [x["shift_rad"] for x in lines]
branch["sn"] = base_w

loaded = [b for b in range(nb) if case["buses"][b]["type"] == "pq"]
load = initialize_array(DatasetType.input, ComponentType.sym_load, len(loaded))
load["id"] = 2 * start + np.arange(len(loaded))
load["node"] = loaded
load["status"] = 1
load["type"] = LoadGenType.const_power
load["p_specified"] = [-case["buses"][b]["p_kW"] * 1e3 for b in loaded]
load["q_specified"] = [-case["buses"][b]["q_kvar"] * 1e3 for b in loaded]

slacks = [b for b in range(nb) if case["buses"][b]["type"] == "slack"]
source = initialize_array(DatasetType.input, ComponentType.source, len(slacks))
source["id"] = 3 * start + np.arange(len(slacks))
source["node"] = slacks
source["status"] = 1
source["u_ref"] = [case["buses"][b]["v_pu"] for b in slacks]
source["sk"] = 1e20

model = PowerGridModel({"node": node, "generic_branch": branch, "sym_load": load, "source": source})
steps = case["steps"]
raw = np.fromfile(case["scenarios"], dtype="<f8").reshape(2, steps, nb)
update = initialize_array(DatasetType.update, ComponentType.sym_load, (steps, len(loaded)))
update["id"] = load["id"]
update["p_specified"] = -raw[0][:, loaded] * 1e3
update["q_specified"] = -raw[1][:, loaded] * 1e3

out = {"peer": "power-grid-model " + version("power-grid-model"), "ms": {}}
for method in ("iterative_current", "newton_raphson"):
    best = None
    for _ in range(case["repeats"]):
        begin = time.perf_counter()
        result = model.calculate_power_flow(
            update_data={"sym_load": update},
            calculation_method=CalculationMethod[method],
            error_tolerance=case["tolerance"],
            threading=-1,
            output_component_types=["node"],
        )
        spent = (time.perf_counter() - begin) * 1e3
        best = spent if best is None else min(best, spent)
    out["ms"][method] = best
    out["v_pu"] = result["node"]["u_pu"][-1].tolist()
print(json.dumps(out))
