// Sparse factorisations against QDLDL (C, with SuiteSparse AMD) and SuperLU (C, through SciPy), one thread each, and the
// WebAssembly kernels against their TypeScript twins. Matrices are seeded and the same for both sides.
// Peers are Python packages in bench/peers/.venv: `npm run bench -- --install-peers`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, installPeers } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
if (process.argv.includes('--install-peers')) installPeers();

const { randomStream } = await core('base/random.js');
const { fromTriplets } = await core('linalg/sparse.js');
const { amdOrder } = await core('linalg/amd.js');
const { analyseLdlt, LdltFactor } = await core('linalg/ldlt.js');
const { analyseLu, LuFactor } = await core('linalg/lu.js');

/** A growing matrix. */
function triplets() {
  const rows = [];
  const cols = [];
  const values = [];
  return {
    add(i, j, v) {
      rows.push(i);
      cols.push(j);
      values.push(v);
    },
    build: (n) => fromTriplets(n, n, rows, cols, values),
  };
}

/** Upper triangle of [H Aᵀ; A −δI] for radial DistFlow with storage: per hour and bus p, q, v and their three balances. */
function feederKkt(nB, nT) {
  const random = randomStream(1, `kkt-${nB}-${nT}`);
  const up = Int32Array.from({ length: nB }, (_, b) => (b === 0 ? -1 : Math.max(0, b - 1 - random.index(8))));
  const storage = Array.from({ length: nB }, (_, b) => b).filter(() => random.uniform() < 0.2);
  const perHour = 6 * nB + 3 * storage.length;
  const a = triplets();
  const n = perHour * nT;
  const delta = 1e-8;
  const link = (variable, row, v) => a.add(Math.min(variable, row), Math.max(variable, row), v);
  for (let t = 0; t < nT; t++) {
    const at = t * perHour;
    for (let b = 0; b < nB; b++) {
      const [p, q, v, rp, rq, rv] = [0, 1, 2, 3, 4, 5].map((k) => at + 6 * b + k);
      for (const x of [p, q, v]) a.add(x, x, random.between(0.01, 10));
      for (const r of [rp, rq, rv]) a.add(r, r, -delta);
      link(p, rp, 1);
      link(q, rq, 1);
      link(v, rv, 1);
      link(p, rv, random.between(0.01, 0.1));
      link(q, rv, random.between(0.01, 0.1));
      if (up[b] < 0) continue;
      const parent = at + 6 * up[b];
      link(p, parent + 3, -1);
      link(q, parent + 4, -1);
      link(parent + 2, rv, -1);
    }
    storage.forEach((b, s) => {
      const [power, energy, row] = [0, 1, 2].map((k) => at + 6 * nB + 3 * s + k);
      a.add(power, power, random.between(0.01, 10));
      a.add(energy, energy, random.between(0.01, 10));
      a.add(row, row, -delta);
      link(power, at + 6 * b + 3, -1);
      link(power, row, 0.95);
      link(energy, row, 1);
      if (t > 0) link(energy - perHour, row, -0.999);
    });
  }
  return a.build(n);
}

/** Upper triangle of the five-point operator on g × g points. */
function mesh(g) {
  const a = triplets();
  for (let k = 0; k < g * g; k++) {
    a.add(k, k, 4.1);
    if (k % g > 0) a.add(k - 1, k, -1);
    if (k >= g) a.add(k - g, k, -1);
  }
  return a.build(g * g);
}

/** Newton Jacobian of a transmission-like grid: a tree with half as many local chords, a 2 × 2 block per bus pair. */
function jacobian(nB) {
  const random = randomStream(1, `jacobian-${nB}`);
  const a = triplets();
  const block = (i, j, scale) => {
    const g = scale * random.between(0.1, 0.3);
    const b = scale * random.between(0.8, 1.2);
    a.add(2 * i, 2 * j, b);
    a.add(2 * i, 2 * j + 1, g);
    a.add(2 * i + 1, 2 * j, -g);
    a.add(2 * i + 1, 2 * j + 1, b);
  };
  const branch = (i, j) => {
    const y = random.between(5, 100);
    block(i, j, -y);
    block(j, i, -y);
    block(i, i, 1.01 * y);
    block(j, j, 1.01 * y);
  };
  for (let b = 1; b < nB; b++) branch(b, Math.max(0, b - 1 - random.index(20)));
  for (let c = 0; c < nB / 2; c++) {
    const b = random.index(nB);
    branch(b, Math.min(nB - 1, b + 2 + random.index(60)) === b ? 0 : Math.min(nB - 1, b + 2 + random.index(60)));
  }
  for (let b = 0; b < nB; b++) block(b, b, 1);
  return a.build(2 * nB);
}

/** Median of CPU milliseconds of this thread, after warming up. */
function time(work, least = 7, most = 200) {
  for (let k = 0; k < 3; k++) work();
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

for (const [name, a] of [
  ['kkt-123x24', feederKkt(123, 24)],
  ['kkt-123x96', feederKkt(123, 96)],
  ['mesh-200', mesh(200)],
]) {
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
  row(
    `${name} order`,
    time(() => amdOrder(n, a.colStart, a.rowIndex)),
    'typescript',
    undefined,
    note,
  );
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
