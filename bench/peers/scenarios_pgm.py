"""Peer of bench/scenarios.bench.mjs: power-grid-model on an input and an update file, asymmetric, in a batch.

usage: scenarios_pgm.py INPUT.json UPDATES.json TOLERANCE REPEATS VOLTAGES.bin
Prints one JSON object: version, CPU milliseconds on one thread of reading and of solving (the best of several), wall milliseconds of both on two
threads; writes the voltages of all scenarios, solved by Newton's method to 1e-10 per unit, which is exact after its last step, as doubles [scenario][node][phase].
"""

import json
import sys
import time
from importlib.metadata import version

from power_grid_model import CalculationMethod, PowerGridModel
from power_grid_model.utils import json_deserialize

input_text, update_text = (open(path).read() for path in sys.argv[1:3])
tolerance, repeats = float(sys.argv[3]), int(sys.argv[4])


def read():
    return PowerGridModel(json_deserialize(input_text)), json_deserialize(update_text)


def solve(model, update, threading, method=CalculationMethod.iterative_current, error_tolerance=tolerance):
    return model.calculate_power_flow(
        symmetric=False,
        update_data=update,
        calculation_method=method,
        error_tolerance=error_tolerance,
        max_iterations=50,
        threading=threading,
        output_component_types=["node"],
    )


def best_ms(clock, work):
    least = None
    for _ in range(repeats):
        begin = clock()
        work()
        spent = (clock() - begin) * 1e3
        least = spent if least is None else min(least, spent)
    return least


model, update = read()
read_ms = best_ms(time.process_time, read)
cpu_ms = best_ms(time.process_time, lambda: solve(model, update, -1))
two_ms = best_ms(time.perf_counter, lambda: solve(*read(), 2))
exact = solve(model, update, -1, CalculationMethod.newton_raphson, 1e-10)
exact["node"]["u_pu"].astype("<f8").tofile(sys.argv[5])
print(json.dumps({"peer": "power-grid-model " + version("power-grid-model"), "read_ms": read_ms, "cpu_ms": cpu_ms, "two_ms": two_ms}))
