// Mixed-integer programmes with cones or quadratic costs by outer approximation (HiGHS in WebAssembly, our interior point),
// against SCIP (C, one thread, through PySCIPOpt): the same arrays, a relative gap of 1e-4, both from scratch. Both sides are CPU
// time, which a busy machine disturbs less (ours includes the JIT and garbage-collecting threads of Node).
// Cases: portfolios of few assets (risk as a cost, risk as a cone), unit commitment with quadratic costs, and capacitor steps of
// the 33-bus feeder by branch flow with cones, for one and for several load levels. Seeded.
// The peer is a Python package in bench/peers/.venv: `npm run bench -- --install-peers`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askPeer, installPeers, say } from './peers/peers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = join(here, '.cache');
const dist = process.env.GRIDFLOCK_CORE_DIST ?? join(here, '../packages/core/dist');
const core = (path) => import(pathToFileURL(join(dist, path)).href);
mkdirSync(cache, { recursive: true });
if (process.argv.includes('--install-peers')) installPeers();

const { catalog } = await core('index.js');
const { randomStream } = await core('base/random.js');
const { SparseBuilder } = await core('linalg/sparse.js');
const { rotatedCone } = await core('problem/program.js');

const gap_frac = 1e-4;
const timeLimit_s = 60;

/** A programme written term by term: `add` a variable, `keep` a row, `cone` over affine rows; terms are [variable, factor]. */
function sketch() {
  const columns = [];
  const rows = [];
  const cones = [];
  const squares = new SparseBuilder();
  return {
    squares,
    add: (lower, upper, cost = 0, whole = false) => columns.push({ lower, upper, cost, whole }) - 1,
    keep: (terms, lower, upper) => rows.push({ terms, lower, upper }) - 1,
    cone(affineRows) {
      cones.push(
        affineRows.map(({ columns: at, values, constant }) => {
          const terms = at.map((j, k) => [j, values[k]]);
          return rows.push({ terms, lower: -constant, upper: -constant }) - 1;
        }),
      );
    },
    build() {
      const a = new SparseBuilder();
      for (const [i, { terms }] of rows.entries()) for (const [j, value] of terms) a.add(i, j, value);
      return {
        cost: Float64Array.from(columns, ({ cost }) => cost),
        offset: 0,
        quadratic: squares.build(columns.length, columns.length),
        lower: Float64Array.from(columns, ({ lower }) => lower),
        upper: Float64Array.from(columns, ({ upper }) => upper),
        integer: Uint8Array.from(columns, ({ whole }) => (whole ? 1 : 0)),
        rows: a.build(rows.length, columns.length),
        rowLower: Float64Array.from(rows, ({ lower }) => lower),
        rowUpper: Float64Array.from(rows, ({ upper }) => upper),
        cones: cones.map((members) => ({ kind: 'second-order', rows: Int32Array.from(members) })),
        columnName: (j) => `x${j}`,
        rowName: (i) => `row${i}`,
      };
    },
  };
}

const affine = (terms, constant = 0) => ({ columns: terms.map(([j]) => j), values: terms.map(([, v]) => v), constant });

/** At most `few` of n assets, each held at least 5 %; factor model of risk. */
function portfolio(n, few, risk) {
  const random = randomStream(1, `portfolio-${n}-${risk}`);
  const m = sketch();
  const gain = Array.from({ length: n }, () => random.between(0.02, 0.12));
  const held = gain.map((value) => m.add(0, 1, -value));
  const chosen = gain.map(() => m.add(0, 1, 0, true));
  const own = gain.map(() => random.between(0.05, 0.25));
  const factors = Array.from({ length: 6 }, () => gain.map(() => random.between(-0.1, 0.25)));
  m.keep(
    held.map((j) => [j, 1]),
    1,
    1,
  );
  m.keep(
    chosen.map((j) => [j, 1]),
    0,
    few,
  );
  for (let k = 0; k < n; k++) {
    m.keep(
      [
        [held[k], 1],
        [chosen[k], -1],
      ],
      -Infinity,
      0,
    );
    m.keep(
      [
        [held[k], 1],
        [chosen[k], -0.05],
      ],
      0,
      Infinity,
    );
  }
  if (risk === 'cone') {
    const vector = [...factors.map((f) => affine(f.map((v, k) => [held[k], v]))), ...own.map((v, k) => affine([[held[k], v]]))];
    m.cone([affine([], 0.13), ...vector]);
    return m.build();
  }
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const covariance = factors.reduce((sum, f) => sum + f[i] * f[j], 0) + (i === j ? own[i] ** 2 : 0);
      m.squares.add(held[i], held[j], 5 * covariance);
    }
  }
  return m.build();
}

/** Thermal units with quadratic costs, starts, minimum up times, ramps and reserve. */
function commitment(units, hours) {
  const random = randomStream(2, `commitment-${units}-${hours}`);
  const m = sketch();
  const each = Array.from({ length: units }, () => {
    const p_max = random.between(50, 300);
    return {
      p_max,
      p_min: 0.35 * p_max,
      a: random.between(0.002, 0.02),
      b: random.between(15, 35),
      c: random.between(100, 500),
      start: random.between(200, 2000),
      up: 3 + random.index(4),
    };
  });
  const capacity = each.reduce((sum, { p_max }) => sum + p_max, 0);
  const at = each.map(({ p_max, a, b, c, start }) =>
    Array.from({ length: hours }, () => {
      const p = m.add(0, p_max, b);
      m.squares.add(p, p, 2 * a);
      return { p, on: m.add(0, 1, c, true), start: m.add(0, 1, start, true) };
    }),
  );
  for (let t = 0; t < hours; t++) {
    const demand = capacity * (0.5 + 0.25 * Math.sin((2 * Math.PI * (t - 7)) / 24) + random.between(-0.03, 0.03));
    m.keep(
      at.map((unit) => [unit[t].p, 1]),
      demand,
      demand,
    );
    m.keep(
      at.map((unit, k) => [unit[t].on, each[k].p_max]),
      1.1 * demand,
      Infinity,
    );
    each.forEach(({ p_max, p_min, up }, k) => {
      const unit = at[k];
      const { p, on, start } = unit[t];
      m.keep(
        [
          [p, 1],
          [on, -p_max],
        ],
        -Infinity,
        0,
      );
      m.keep(
        [
          [p, 1],
          [on, -p_min],
        ],
        0,
        Infinity,
      );
      if (t === 0) return;
      m.keep(
        [
          [start, 1],
          [on, -1],
          [unit[t - 1].on, 1],
        ],
        0,
        Infinity,
      );
      const recent = unit.slice(Math.max(1, t - up + 1), t + 1).map((hour) => [hour.start, 1]);
      m.keep([...recent, [on, -1]], -Infinity, 0);
      m.keep(
        [
          [p, 1],
          [unit[t - 1].p, -1],
          [unit[t - 1].on, -0.4 * p_max],
          [start, -p_min],
        ],
        -Infinity,
        0,
      );
    });
  }
  return m.build();
}

/** Steps of 150 kvar at eight buses of the 33-bus feeder, least losses and switching; branch flow with one cone per branch and level. */
function capacitors(levels) {
  const document = catalog.networks.find(({ name }) => name === 'ieee33').document;
  const m = sketch();
  const base_kVA = 1000;
  const z_base_ohm = (12.66 ** 2 * 1000) / base_kVA;
  const field = (table, row, name) => row[table.columns.indexOf(name)];
  const buses = document.buses.rows.map((row) => ({ id: row[0], p: row[1] / base_kVA, q: row[2] / base_kVA }));
  const { branches } = document;
  const lines = branches.rows.filter((row) => field(branches, row, 'in_service') !== false && field(branches, row, 'in_service') !== 0);
  const places = [3, 6, 9, 14, 18, 25, 30, 33];
  const bank = Object.fromEntries(places.map((id) => [id, m.add(0, 4, 0.001, true)]));
  for (const level of levels) {
    const used = Object.fromEntries(places.map((id) => [id, m.add(0, 4, 0, true)]));
    for (const id of places)
      m.keep(
        [
          [bank[id], 1],
          [used[id], -1],
        ],
        0,
        Infinity,
      );
    const v2 = Object.fromEntries(buses.map(({ id }) => [id, id === 1 ? m.add(1, 1) : m.add(0.81, 1.21)]));
    const balance = Object.fromEntries(buses.map(({ id }) => [id, { p: [], q: [] }]));
    for (const row of lines) {
      const [from, to] = [field(branches, row, 'from'), field(branches, row, 'to')];
      const r = field(branches, row, 'r_ohm') / z_base_ohm;
      const x = field(branches, row, 'x_ohm') / z_base_ohm;
      const [p, q] = [m.add(-20, 20), m.add(-20, 20)];
      const i2 = m.add(0, 100, r);
      m.keep(
        [
          [v2[from], 1],
          [v2[to], -1],
          [p, -2 * r],
          [q, -2 * x],
          [i2, r * r + x * x],
        ],
        0,
        0,
      );
      m.cone(rotatedCone(affine([[i2, 0.5]]), affine([[v2[from], 1]]), [affine([[p, 1]]), affine([[q, 1]])]));
      balance[from].p.push([p, -1]);
      balance[from].q.push([q, -1]);
      balance[to].p.push([p, 1], [i2, -r]);
      balance[to].q.push([q, 1], [i2, -x]);
    }
    for (const { id, p, q } of buses) {
      if (id === 1) continue;
      m.keep(balance[id].p, level * p, level * p);
      m.keep([...balance[id].q, ...(used[id] === undefined ? [] : [[used[id], 0.15]])], level * q, level * q);
    }
  }
  return m.build();
}

const columnsOf = (a) => ({ col_start: [...a.colStart], row_index: [...a.rowIndex], values: [...a.values] });
const cpu_ms = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const finite = (values) => Array.from(values, (value) => (Number.isFinite(value) ? value : null));
const solver = await catalog.solvers.find(({ name }) => name === 'outer-approximation').prepare();

for (const [name, program] of [
  ['portfolio-30-cost', portfolio(30, 6, 'cost')],
  ['portfolio-60-cone', portfolio(60, 8, 'cone')],
  ['commitment-8x24', commitment(8, 24)],
  ['commitment-20x24', commitment(20, 24)],
  ['capacitors-1', capacitors([1])],
  ['capacitors-4', capacitors([0.4, 0.7, 1, 1.3])],
]) {
  let found;
  let ours_ms = Infinity;
  for (let k = 0; k < 2; k++) {
    const begin_ms = cpu_ms();
    found = solver.solve(program, { gap_frac, timeLimit_s, clock_s: () => cpu_ms() / 1000 });
    ours_ms = Math.min(ours_ms, cpu_ms() - begin_ms);
    if (ours_ms > 5000) break; // too long for a second time
  }
  const file = join(cache, `miconic-${name}.json`);
  writeFileSync(
    file,
    JSON.stringify({
      cost: [...program.cost],
      lower: finite(program.lower),
      upper: finite(program.upper),
      integer: [...program.integer],
      rows: columnsOf(program.rows),
      row_lower: finite(program.rowLower),
      row_upper: finite(program.rowUpper),
      quadratic: columnsOf(program.quadratic),
      cones: program.cones.map(({ rows }) => [...rows]),
      gap: gap_frac,
      time_limit: timeLimit_s,
    }),
  );
  const peer = askPeer('scip.py', file);
  const size = `${program.cost.length} variables, ${program.integer.reduce((sum, v) => sum + v, 0)} whole, ${program.cones.length} cones`;
  const gap = Math.abs(found.objective - found.bound) / (1 + Math.abs(found.objective));
  const ours = `ours ${found.status} ${found.objective.toPrecision(8)}, gap ${gap.toExponential(1)}, ${found.iterations_count} steps`;
  const theirs = peer
    ? `; peer ${peer.status} ${peer.objective?.toPrecision(8)}, bound ${peer.bound?.toPrecision(8)}, ${peer.nodes} nodes`
    : '';
  say(name, ours_ms, peer?.peer, peer?.ms, `${size}; ${ours}${theirs}`);
}
