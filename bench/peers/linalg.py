"""Times SuiteSparse AMD, QDLDL or SuperLU on one matrix: python3 linalg.py amd|ldlt|lu FOLDER. Prints JSON in milliseconds.

AMD is Debian's libsuitesparse-dev; its order is written to FOLDER/order, so that both orders are judged by one analysis.
"""
import ctypes, json, sys, time
import numpy as np
import scipy.sparse as sp

kind, folder = sys.argv[1:]
start = np.fromfile(f"{folder}/colStart", np.int32)
rows = np.fromfile(f"{folder}/rowIndex", np.int32)
values = np.fromfile(f"{folder}/values", np.float64)
n = len(start) - 1
a = sp.csc_matrix((values, rows, start), shape=(n, n))
b = np.sin(np.arange(n))


def median(work):
    for _ in range(2):
        work()
    samples = []
    begin = time.perf_counter()
    while len(samples) < 7 or (time.perf_counter() - begin < 0.3 and len(samples) < 200):
        t, w = time.process_time(), time.perf_counter()
        work()
        samples.append(min(time.process_time() - t, time.perf_counter() - w))
    return 1000 * sorted(samples)[len(samples) // 2]


if kind == "amd":
    library = ctypes.CDLL("libamd.so.2")
    order = np.empty(n, np.int32)
    at = [x.ctypes.data_as(ctypes.c_void_p) for x in (start, rows, order)]

    def amd():
        if library.amd_order(ctypes.c_int(n), *at, None, None) not in (0, 1):
            sys.exit("amd_order failed")

    print(json.dumps({"order_ms": median(amd)}))
    order.tofile(f"{folder}/order")
elif kind == "ldlt":
    import qdldl

    full = (a + sp.triu(a, 1).T).tocsc()
    upper = sp.triu(full).tocsc()
    factor = qdldl.Solver(upper, upper=True)
    lower = factor.factors()[0]
    print(json.dumps({
        "analyse_factor_ms": median(lambda: qdldl.Solver(upper, upper=True)),
        "factor_ms": median(lambda: factor.update(upper, upper=True)),
        "solve_ms": median(lambda: factor.solve(b)),
        "fill": int(lower.nnz),
    }))
else:
    from scipy.sparse.linalg import splu

    options = dict(permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.001, options=dict(SymmetricMode=True))
    factor = splu(a, **options)
    print(json.dumps({
        "factor_ms": median(lambda: splu(a, **options)),
        "solve_ms": median(lambda: factor.solve(b)),
        "fill": int(factor.L.nnz + factor.U.nnz - n),
    }))
