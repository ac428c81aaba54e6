// Sparse factorisations against SuiteSparse AMD, QDLDL (C, with SuiteSparse AMD) and SuperLU (C, through SciPy), one thread
// each, and the WebAssembly kernels against their TypeScript twins. Matrices are seeded and the same for both sides.
// Peers are Python packages in bench/peers/.venv: `npm run bench -- --install-peers`; AMD alone is Debian's libsuitesparse-dev.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { linalgMatrices } from './linalg-matrices.mjs';
import { askPeer, installPeers } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
if (process.argv.includes('--install-peers')) installPeers();

const { amdOrder } = await core('linalg/amd.js');
const { analyseLdlt, LdltFactor } = await core('linalg/ldlt.js');
const { analyseLu, LuFactor } = await core('linalg/lu.js');
const { feederKkt, jacobian, mesh, opfKkt, programKkt } = await linalgMatrices(core);

/** Median of CPU milliseconds of this thread, after warming up. */
function time(work, least = 5, most = 200) {
  const warm = performance.now();
  for (let k = 0; k < 1 || (performance.now() - warm < 50 && k < 500); k++) work();
  const samples = [];
  const begin = performance.now();
  while (samples.length < least || (performance.now() - begin < 300 && samples.length < most)) {
    const before = process.cpuUsage();
    const t = performance.now();
    work();
    const wall = performance.now() - t;
    const used = process.cpuUsage(before);
    samples.push(Math.min(wall, (used.user + used.system) / 1000));
  }
  return samples.sort((x, y) => x - y)[samples.length >> 1];
}

/** Times of the peer in ms by task, or nothing when it is not installed. */
function peer(kind, name, a) {
  const folder = join(here, '.cache', 'linalg', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'colStart'), a.colStart);
  writeFileSync(join(folder, 'rowIndex'), a.rowIndex);
  writeFileSync(join(folder, 'values'), a.values);
  return askPeer('linalg.py', kind, folder) ?? {};
}

function row(name, ours_ms, peerName, peer_ms, note) {
  const ratio = peer_ms === undefined ? null : ours_ms / peer_ms;
  console.log(JSON.stringify({ name, ours_ms, peer: peerName, peer_ms: peer_ms ?? null, ratio, note }));
}

/** Orders alone. The fill of both is counted by our analysis. */
for (const [name, a] of [
  ['kkt-33x1', feederKkt(33, 1)],
  ['kkt-33x24', feederKkt(33, 24)],
  ['kkt-123x24', feederKkt(123, 24)],
  ['kkt-123x96', feederKkt(123, 96)],
  ['mesh-40', mesh(40)],
  ['mesh-200', mesh(200)],
  ['opf-case118', await opfKkt('pglib_opf_case118_ieee')],
  ['opf-case1354', await opfKkt('pglib_opf_case1354_pegase')],
  ['programme-8000', programKkt(5000, 3000, 4)],
  ['programme-30000', programKkt(20000, 10000, 3)],
]) {
  if (!a) continue;
  const n = a.cols_count;
  const c = peer('amd', name, a);
  const fill = analyseLdlt(a).lNnz;
  let note = `n ${n}, nnz ${a.colStart[n]}, nnz(L) ${fill}`;
  if (c.order_ms) {
    const order = new Int32Array(Uint8Array.from(readFileSync(join(here, '.cache', 'linalg', name, 'order'))).buffer);
    const theirs = analyseLdlt(a, order).lNnz;
    note += ` (peer ${theirs}, ratio ${(fill / theirs).toFixed(3)})`;
  }
  row(
    `${name} order`,
    time(() => amdOrder(n, a.colStart, a.rowIndex)),
    'SuiteSparse AMD (C)',
    c.order_ms,
    note,
  );
}

for (const [name, a] of [
  ['kkt-33x1', feederKkt(33, 1)],
  ['kkt-33x24', feederKkt(33, 24)],
  ['kkt-123x24', feederKkt(123, 24)],
  ['kkt-123x96', feederKkt(123, 96)],
  ['opf-case1354', await opfKkt('pglib_opf_case1354_pegase')],
  ['mesh-200', mesh(200)],
  ['programme-8000', programKkt(5000, 3000, 4)],
]) {
  if (!a) continue;
  const n = a.cols_count;
  const order = amdOrder(n, a.colStart, a.rowIndex);
  const symbolic = analyseLdlt(a, order);
  const signs = Int8Array.from({ length: n }, () => 1);
  for (let j = 0; j < n; j++) signs[j] = a.values[a.colStart[j + 1] - 1] < 0 ? -1 : 1;
  const b = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const by = {};
  for (const kernel of ['wasm', 'typescript']) {
    const factor = new LdltFactor(symbolic, { kernel });
    const x = b.slice();
    by[kernel] = {
      factor: time(() => factor.factor(a.values, { signs, dynamicRegularisation: 1e-8 })),
      solve: time(() => {
        x.set(b);
        factor.solveInto(x);
      }),
    };
  }
  const c = peer('ldlt', name, a);
  const note = `n ${n}, nnz ${symbolic.nnz}, nnz(L) ${symbolic.lNnz}${c.fill ? ` (peer ${c.fill})` : ''}`;
  const analyse = time(() => analyseLdlt(a));
  row(`${name} analyse + factor`, analyse + by.wasm.factor, 'QDLDL + AMD (C)', c.analyse_factor_ms, note);
  row(`${name} factor`, by.wasm.factor, 'QDLDL (C)', c.factor_ms, note);
  row(`${name} solve`, by.wasm.solve, 'QDLDL (C)', c.solve_ms, note);
  row(`${name} factor, kernel`, by.wasm.factor, 'TypeScript twin', by.typescript.factor, note);
  row(`${name} solve, kernel`, by.wasm.solve, 'TypeScript twin', by.typescript.solve, note);
}

{
  const name = 'jacobian-13659';
  const a = jacobian(13659);
  const n = a.cols_count;
  const symbolic = analyseLu(a);
  const c = peer('lu', name, a);
  const b = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const by = {};
  let note = '';
  for (const kernel of ['wasm', 'typescript']) {
    const factor = new LuFactor(symbolic, { kernel });
    const x = b.slice();
    by[kernel] = {
      factor: time(() => factor.factor(a.values)),
      refactor: time(() => factor.refactor(a.values)),
      solve: time(() => {
        x.set(b);
        factor.solveInto(x);
      }),
    };
    note = `n ${n}, nnz ${symbolic.nnz}, nnz(L+U) ${factor.factorNnz_count}${c.fill ? ` (peer ${c.fill})` : ''}`;
  }
  row(
    `${name} analyse`,
    time(() => analyseLu(a)),
    'typescript',
    undefined,
    note,
  );
  row(`${name} analyse + factor`, time(() => analyseLu(a)) + by.wasm.factor, 'SuperLU (C)', c.factor_ms, note);
  row(`${name} refactor`, by.wasm.refactor, 'SuperLU (C), which cannot reuse pivots', c.factor_ms, note);
  row(`${name} solve`, by.wasm.solve, 'SuperLU (C)', c.solve_ms, note);
  row(`${name} refactor, kernel`, by.wasm.refactor, 'TypeScript twin', by.typescript.refactor, note);
  row(`${name} solve, kernel`, by.wasm.solve, 'TypeScript twin', by.typescript.solve, note);
}

for (const n of [20, 100, 500]) {
  const a = mesh(Math.round(Math.sqrt(n)));
  const symbolic = analyseLdlt(a);
  const by = {};
  for (const kernel of ['wasm', 'typescript']) {
    const factor = new LdltFactor(symbolic, { kernel });
    const x = new Float64Array(a.cols_count);
    const repeat = (work) =>
      time(() => {
        for (let k = 0; k < 200; k++) work();
      }) / 200;
    const fresh = [];
    by[kernel] = {
      once: repeat(() => factor.factor(a.values) && factor.solveInto(x)),
      build:
        time(
          () => {
            for (let k = 0; k < 10; k++) fresh.push(new LdltFactor(symbolic, { kernel }));
          },
          7,
          30,
        ) / 10,
      rebuild:
        time(() => {
          for (let k = 0; k < 10; k++) new LdltFactor(symbolic, { kernel }).release();
        }) / 10,
    };
    for (const each of fresh) each.release();
  }
  const note = `n ${a.cols_count}, nnz(L) ${symbolic.lNnz}`;
  row(`small-${n} factor + solve, kernel`, by.wasm.once, 'TypeScript twin', by.typescript.once, note);
  row(`small-${n} construct, kernel`, by.wasm.build, 'TypeScript twin', by.typescript.build, note);
  row(`small-${n} construct after release, kernel`, by.wasm.rebuild, 'TypeScript twin', by.typescript.rebuild, note);
}

/** Dense eigenvalues with vectors, one call. */
const { symmetricEigenInto } = await core('linalg/symmetric-eigen.js');
const { generalEigenInto, generalEigenWork_count } = await core('linalg/general-eigen.js');
for (const n of [3, 10, 20, 50, 100]) {
  const a = Float64Array.from({ length: n * n }, (_, p) => Math.sin(1 + p * p));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
  const skew = a.map((v, p) => (p % n < Math.floor(p / n) ? 0.5 * v : v));
  const folder = join(here, '.cache', 'linalg', `dense-${n}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'symmetric'), a);
  writeFileSync(join(folder, 'general'), skew);
  const c = askPeer('linalg_dense.py', folder) ?? {};
  const [re, im, vectors, work] = [n, n, n * n, generalEigenWork_count(n)].map((length) => new Float64Array(length));
  const repeats = Math.max(1, Math.round(1e6 / n ** 3));
  const repeated = (solve) =>
    time(() => {
      for (let k = 0; k < repeats; k++) solve();
    }) / repeats;
  row(
    `symmetric-${n} eigen`,
    repeated(() => symmetricEigenInto(a, n, re, vectors, work)),
    'LAPACK (numpy.linalg.eigh)',
    c.symmetric_ms,
    '',
  );
  row(
    `general-${n} eigen`,
    repeated(() => generalEigenInto(skew, n, re, im, vectors, work)),
    'LAPACK (numpy.linalg.eig)',
    c.general_ms,
    '',
  );
}
