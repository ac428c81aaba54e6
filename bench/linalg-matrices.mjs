// Matrices of bench/linalg.bench.mjs: seeded, the same for both sides.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../shared/reference/pglib_opf', import.meta.url));

/** @param core - imports a module of packages/core/dist */
export async function linalgMatrices(core) {
  const { randomStream } = await core('base/random.js');
  const { fromTriplets } = await core('linalg/sparse.js');

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

  /**
   * Upper triangle of the Newton matrix [W Jᵀ; J −δI] of AC optimal power flow on a PGLib case: angle and magnitude of each
   * bus, P and Q of each generator, two balances per bus, two flow limits with slacks per branch. Undefined without the file.
   */
  async function opfKkt(name) {
    const file = join(folder, `${name}.m`);
    if (!existsSync(file)) return undefined;
    const { matpowerFormat } = await core('formats/matpower/format.js');
    const { network, operatingPoint } = matpowerFormat.read(readFileSync(file, 'utf8'), { fileName: `${name}.m` });
    const random = randomStream(1, name);
    const a = triplets();
    const nB = network.buses.length;
    const generators = operatingPoint.generators.map(({ bus }) => bus);
    const balance = 2 * nB + 2 * generators.length;
    const limits = balance + 2 * nB;
    const n = limits + 2 * network.branches.length;
    const entry = (i, j, v) => a.add(Math.min(i, j), Math.max(i, j), v);
    const any = () => random.between(-1, 1);
    for (let i = 0; i < balance; i++) entry(i, i, random.between(50, 100));
    for (let i = balance; i < limits; i++) entry(i, i, -1e-8);
    for (let i = limits; i < n; i++) entry(i, i, -random.between(1, 10));
    for (let b = 0; b < nB; b++)
      for (const row of [0, 1]) for (const column of [0, 1]) entry(2 * b + column, balance + 2 * b + row, 5 + any());
    generators.forEach((b, g) => {
      entry(2 * nB + 2 * g, balance + 2 * b, -1);
      entry(2 * nB + 2 * g + 1, balance + 2 * b + 1, -1);
    });
    network.branches.forEach(({ from, to }, l) => {
      for (const r of [0, 1])
        for (const c of [0, 1]) {
          entry(2 * from + r, 2 * to + c, any());
          entry(2 * to + c, balance + 2 * from + r, any());
          entry(2 * from + c, balance + 2 * to + r, any());
          entry(2 * from + c, limits + 2 * l + r, any());
          entry(2 * to + c, limits + 2 * l + r, any());
        }
    });
    return a.build(n);
  }

  /** Upper triangle of [P + D Aᵀ; A −D] for a random programme with a few dense columns, as in the Maros-Mészáros set. */
  function programKkt(variables, rows, perRow) {
    const random = randomStream(1, `program-${variables}-${rows}`);
    const a = triplets();
    for (let j = 0; j < variables; j++) {
      a.add(j, j, random.between(1, 10));
      const i = random.index(variables);
      if (i < j) a.add(i, j, random.between(-0.1, 0.1));
    }
    for (let i = 0; i < rows; i++) {
      a.add(variables + i, variables + i, -random.between(0.1, 1));
      const middle = random.index(variables);
      for (let k = 0; k < perRow; k++) {
        // Mostly near each other, one in ten anywhere.
        const j = random.uniform() < 0.9 ? Math.min(variables - 1, middle + random.index(40)) : random.index(variables);
        a.add(j, variables + i, random.between(-1, 1));
      }
      if (i % 4 === 0) a.add(random.index(3), variables + i, 1);
    }
    return a.build(variables + rows);
  }

  return { feederKkt, jacobian, mesh, opfKkt, programKkt };
}
