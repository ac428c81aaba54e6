"""Two areas as two classical machines with governors in ANDES: CPU seconds, nadirs and ends in mHz, for bench/simulation.bench.mjs.

The models coincide where no secondary control acts: GENCLS with M = 2H and D, TGOV1 with T1 = governor, T2/T3 = reheat, a lossless line of the stiffness of the tie.

usage: areas_andes.py step_pu stop_s step_s
"""
import json
import sys
import time

import andes
import numpy as np

p, stop_s, h = (float(text) for text in sys.argv[1:4])
andes.config_logger(50)
system = andes.System()
system.config.freq = 60
x_machine = 1e-4
x_tie = 2 * np.pi / 0.545
for k in (1, 2):
    system.add("Bus", dict(idx=k, name=str(k), Vn=110))
system.add("Line", dict(idx="tie", bus1=1, bus2=2, r=0, x=x_tie - 2 * x_machine, Vn1=110, Vn2=110))
system.add("Slack", dict(idx="G1", bus=1, Sn=100, Vn=110, v0=1, a0=0, p0=0.5, qmax=9, qmin=-9))
system.add("PV", dict(idx="G2", bus=2, Sn=100, Vn=110, v0=1, p0=0.5, qmax=9, qmin=-9))
for k in (1, 2):
    system.add("PQ", dict(idx=f"D{k}", bus=k, Vn=110, p0=0.5, q0=0))
    system.add("GENCLS", dict(idx=f"M{k}", bus=k, gen=f"G{k}", Sn=100, Vn=110, M=10, D=60 * 8.333e-3, xd1=x_machine, ra=0))
    system.add("TGOV1", dict(idx=f"T{k}", syn=f"M{k}", R=2.4 / 60, T1=0.08, T2=5, T3=10, Dt=0, VMAX=2, VMIN=0))
system.setup()
system.PQ.config.p2p, system.PQ.config.p2z = 1, 0
system.PQ.config.q2q, system.PQ.config.q2z = 1, 0
system.PFlow.run()
run = system.TDS
run.config.fixt, run.config.shrinkt, run.config.tstep, run.config.tf, run.config.no_tqdm = 1, 0, h, 1, 1
begin = time.process_time()
run.run()
system.PQ.set(src="Ppf", idx="D1", attr="v", value=0.5 + p)
run.config.tf = stop_s
run.run()
cpu_s = time.process_time() - begin
deviation = 60000 * (system.dae.ts.x[:, system.GENCLS.omega.a] - 1)
print(
    json.dumps(
        dict(
            peer=f"ANDES {andes.__version__}, trapezoid",
            cpu_s=cpu_s,
            nadir_mHz=deviation.min(axis=0).tolist(),
            end_mHz=deviation[-1].tolist(),
        )
    )
)
