"""The chain of inverters in numpy, integrated by SciPy: CPU seconds and powers at the end, for bench/simulation.bench.mjs.

usage: microgrid_scipy.py tier inverters stop_s method rtol      tier: a (quasi-static), c (averaged, 10 kOhm at every bus)
"""
import json
import sys
import time

import numpy as np
import scipy
from scipy.integrate import solve_ivp

tier, n, stop_s, method, rtol = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4], float(sys.argv[5])
w_b = 100 * np.pi
first = np.arange(n) < 2
m = np.where(first, 9.4e-5, 12.5e-5)
droop_v = np.where(first, 1.3e-3, 1.5e-3)
w_c, v_set = 31.41, 380.0
r_c, l_c = 0.03, 0.35e-3
line_r = np.where(np.arange(n - 1) % 2 == 0, 0.23, 0.35)
line_x = np.where(np.arange(n - 1) % 2 == 0, 0.1, 0.58)
load_bus = np.arange(0, n, 2)
load_r = np.where(load_bus == 0, 3.0, 2.0)
load_x = np.where(load_bus == 0, 2.0, 1.0)

if tier == "a":
    y = np.zeros((n, n), complex)
    for k in range(n - 1):
        a = 1 / (line_r[k] + 1j * line_x[k])
        y[k, k] += a
        y[k + 1, k + 1] += a
        y[k, k + 1] -= a
        y[k + 1, k] -= a
    for b, r, x in zip(load_bus, load_r, load_x):
        y[b, b] += 1 / (r + 1j * x)
    y_c = 1 / (r_c + 1j * w_b * l_c)
    reduced = y_c * np.eye(n) - y_c * np.linalg.solve(y + y_c * np.eye(n), y_c * np.eye(n))

    def rate(_t, s):
        delta = np.concatenate(([0.0], s[: n - 1]))
        p, q = s[n - 1 : 2 * n - 1], s[2 * n - 1 :]
        e = (v_set - droop_v * q) * np.exp(1j * delta)
        power = e * np.conj(reduced @ e)
        w = w_b - m * p
        return np.concatenate(((w - w[0])[1:], w_c * (power.real - p), w_c * (power.imag - q)))

    start = np.zeros(3 * n - 1)
    powers = lambda s: s[n - 1 : 2 * n - 1]
else:
    k_pv, k_iv = np.where(first, 0.1, 0.05), np.where(first, 420.0, 390.0)
    k_pc, k_ic = np.where(first, 15.0, 10.5), np.where(first, 20000.0, 16000.0)
    r_f, l_f, c_f, feed, r_n = 0.1, 1.35e-3, 50e-6, 0.75, 1e4
    line_l, load_l = line_x / w_b, load_x / w_b

    def rate(_t, s):
        s = np.ascontiguousarray(s)
        p, q = s[:n], s[n : 2 * n]
        phi, gamma, il, vo, io = (s[2 * n + 2 * k * n : 2 * n + 2 * (k + 1) * n].view(complex) for k in range(5))
        delta = np.concatenate(([0.0], s[12 * n : 13 * n - 1]))
        line = s[13 * n - 1 : 13 * n - 1 + 2 * (n - 1)].view(complex)
        load = s[13 * n - 1 + 2 * (n - 1) :].view(complex)
        turn = np.exp(1j * delta)
        into = io * turn
        into[:-1] -= line
        into[1:] += line
        into[load_bus] -= load
        v = r_n * into
        w = w_b - m * p
        power = vo * np.conj(io)
        miss = v_set - droop_v * q - vo
        lack = feed * io + 1j * w_b * c_f * vo + k_pv * miss + k_iv * phi - il
        vi = 1j * w_b * l_f * il + k_pc * lack + k_ic * gamma
        return np.concatenate((
            w_c * (power.real - p), w_c * (power.imag - q), miss.view(float), lack.view(float),
            ((vi - vo - r_f * il) / l_f - 1j * w * il).view(float),
            ((il - io) / c_f - 1j * w * vo).view(float),
            ((vo - v * np.conj(turn) - r_c * io) / l_c - 1j * w * io).view(float),
            (w - w[0])[1:],
            ((v[:-1] - v[1:] - line_r * line) / line_l - 1j * w[0] * line).view(float),
            ((v[load_bus] - load_r * load) / load_l - 1j * w[0] * load).view(float),
        ))

    start = np.zeros(13 * n - 1 + 2 * (n - 1) + 2 * len(load_bus))
    powers = lambda s: s[:n]

begin = time.process_time()
run = solve_ivp(rate, (0.0, stop_s), start, method=method, rtol=rtol, atol=rtol * (1.0 if tier == "a" else 1e-3))
print(json.dumps({
    "peer": f"SciPy {scipy.__version__} {method}",
    "cpu_s": time.process_time() - begin,
    "calls": int(run.nfev),
    "p_kW": [float(p) / 1000 for p in powers(run.y[:, -1])],
}))
