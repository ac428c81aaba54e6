import { describe, expect, it } from 'vitest';
import { randomStream } from '../base/random.ts';
import { portValues } from '../problem/assemble.ts';
import { objectiveOf } from '../problem/program.ts';
import { highs } from '../solvers/highs/highs.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { blockOracle } from '../solvers/oracle.ts';
import { oracleFor, reducedOracle } from '../solvers/reduced-oracle.ts';
import type { FormulatedNetwork, Formulation, Wires } from './contract.ts';
import { groundOf } from './ground.ts';
import { baseFlow, halfHours, randomFeeder, randomLoads, wiresOf } from './testing/feeders.ts';

const solver = await interiorPoint().prepare();
const simplex = await highs().prepare();
const nT = 2;
const grid = halfHours(nT);
const connected = [0, 3, 6, 7];

/** A feeder of eight buses with taps, reversed branches, charging and shunts, loaded, linearised around its power flow. */
function example(seed: number, given: Partial<Wires> = {}): Wires {
  const stream = randomStream(seed);
  const network = randomFeeder(stream, { buses_count: 8 });
  const { p_kW, q_kvar } = randomLoads(stream, 8, nT, 60);
  return wiresOf(network, grid, {
    connected,
    s_connected_kVA: Float64Array.of(2000, 300, 300, 300),
    v_slack_pu: 1.02,
    p_fixed_kW: p_kW,
    q_fixed_kvar: q_kvar,
    lossPrice_cur_per_kWh: Float64Array.of(0.3, 0.5),
    base: baseFlow(network, nT, p_kW, q_kvar, 1.02),
    ...given,
  });
}

/** What the wires take from devices that inject at random, the slack giving the rest. */
function randomPorts(formulated: FormulatedNetwork, seed: number, size_kW = 100): Float64Array {
  const stream = randomStream(seed);
  return formulated.complete(Float64Array.from({ length: 2 * connected.length * nT }, () => stream.between(-size_kW, size_kW)));
}

const inner = (rho: Float64Array, a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + rho[i] * v * b[i], 0);
const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]);

/** What a member says about itself beyond the contract. */
export interface FormulationTraits {
  /**
   * `base`: losses are those of the base flow, the network's charging and shunts those at 1 pu.
   * `flow`: both follow from the port values.
   */
  readonly losses?: 'base' | 'flow';
  /** Whether the block falls apart into flat pieces that its ports determine, so that the dense kernel answers for it. */
  readonly isReducible?: boolean;
}

/** What every formulation does with a feeder that it can take. */
export function formulationConformance(formulation: Formulation, { losses = 'base', isReducible = true }: FormulationTraits = {}): void {
  const seeds = [1, 2, 3];

  describe(`${formulation.name} keeps the contract of formulations:`, () => {
    it('has a name, a title, and says what it offers', () => {
      expect(formulation.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(formulation.title.length).toBeGreaterThan(20);
      expect(formulation.offers).toContain('p');
      expect(formulation.offers).toContain('q');
    });

    it('has the ports p and q of every connected bus, in order, in kW and kvar, each a plain column', () => {
      const wires = example(1);
      const { block, balanceRow } = formulation.build(wires);
      expect(block.ports.map(({ name, unit }) => `${name} ${unit}`)).toEqual(
        connected.flatMap((b) => [`p at b${b} kW`, `q at b${b} kvar`]),
      );
      for (const { map, offset } of block.ports) {
        expect([...offset]).toEqual(new Array(nT).fill(0));
        expect([...map.values]).toEqual(new Array(nT).fill(1));
      }
      expect(balanceRow).toHaveLength(8 * nT);
      expect(Math.min(...balanceRow)).toBeGreaterThanOrEqual(0);
      for (const i of balanceRow) expect(block.program.rowLower[i]).toBe(block.program.rowUpper[i]);
      const names = new Set(Array.from(block.program.cost, (_, j) => block.program.columnName(j)));
      expect(names.size).toBe(block.program.cost.length);
      expect(block.program.integer).toBeUndefined();
    });

    it('completes port values so that they balance exactly with fixed injections, ground and losses', () => {
      for (const seed of seeds) {
        const wires = example(seed);
        const formulated = formulation.build(wires);
        const ports = randomPorts(formulated, seed);
        const ground = groundOf(wires.network);
        const { loss_kW, v_pu } = formulated.read(ports);
        for (let t = 0; t < nT; t++) {
          let p = losses === 'base' ? wires.base!.loss_kW[t] : loss_kW[t];
          let q = losses === 'base' ? wires.base!.loss_kvar[t] : 0;
          connected.forEach((_, k) => {
            p += ports[2 * k * nT + t];
            q += ports[(2 * k + 1) * nT + t];
          });
          for (let b = 0; b < 8; b++) {
            const v2 = losses === 'base' ? 1 : v_pu[t * 8 + b] ** 2;
            p -= wires.p_fixed_kW[t * 8 + b] + v2 * ground.p_kW[b];
            q -= wires.q_fixed_kvar[t * 8 + b] + v2 * ground.q_kvar[b];
          }
          expect(Math.abs(p)).toBeLessThan(1e-9);
          // Reactive losses are in no state: where they follow from the flow, the member's own tests look at them.
          if (losses === 'base') expect(Math.abs(q)).toBeLessThan(1e-9);
          else expect(q).toBeLessThan(0);
        }
        expect(formulated.complete(ports)).toEqual(ports);
      }
    });

    it('takes what it completed: the block has that point, at the cost it says', () => {
      for (const seed of seeds) {
        const formulated = formulation.build(example(seed));
        const ports = randomPorts(formulated, seed + 10);
        const oracle = blockOracle(formulated.block, grid.dt_h, solver, { tolerance_frac: 1e-12 });
        const out = new Float64Array(ports.length);
        expect(oracle.prox(ports, new Float64Array(ports.length).fill(1e4), out)).toBe(true);
        ports.forEach((value, i) => expect(Math.abs(out[i] - value)).toBeLessThan(1e-3));
        expect(oracle.cost()).toBeCloseTo(formulated.cost(out), 5);
      }
    });

    it('has duals of its balance rows that are the change of the optimal cost by a kW more load', () => {
      const step_kW = 0.01;
      const value = (wires: Wires): { cost: number; dual: Float64Array; row: Int32Array } => {
        const formulated = formulation.build(wires);
        const stream = randomStream(21);
        const v = Float64Array.from({ length: 2 * connected.length * nT }, () => stream.between(-50, 50));
        const rho = v.map(() => 0.01);
        const out = new Float64Array(v.length);
        const oracle = blockOracle(formulated.block, grid.dt_h, solver, { tolerance_frac: 1e-12 });
        oracle.prox(v, rho, out);
        return { cost: oracle.cost() + 0.5 * inner(rho, minus(out, v), minus(out, v)), dual: oracle.rowDual(), row: formulated.balanceRow };
      };
      // The base stays: losses are counted from it.
      const wires = example(4);
      const { dual, row } = value(wires);
      let largest = 0;
      for (const [b, t] of [
        [2, 0],
        [5, 1],
        [7, 1],
        [0, 0],
      ]) {
        const moved = (by_kW: number): number => {
          const p_fixed_kW = wires.p_fixed_kW.slice();
          p_fixed_kW[t * 8 + b] -= by_kW;
          return value({ ...wires, p_fixed_kW }).cost;
        };
        const slope = (moved(step_kW) - moved(-step_kW)) / (2 * step_kW);
        expect(Math.abs(dual[row[b * nT + t]] - slope)).toBeLessThan(1e-4 * Math.max(1, Math.abs(slope)));
        largest = Math.max(largest, Math.abs(slope));
      }
      expect(largest).toBeGreaterThan(0.1);
    });

    it('has prices that are positive where power is bought and loads are served', () => {
      const wires = example(5, { base: undefined });
      const { block, balanceRow } = formulation.build(wires);
      const oracle = blockOracle(block, grid.dt_h, solver);
      const price = new Float64Array(2 * connected.length * nT);
      // The upstream sells at 0.4 per kWh; nobody else is there.
      price.fill(0.4, 0, nT);
      const out = new Float64Array(price.length);
      oracle.prox(
        price.map((p) => (p * grid.dt_h) / 1e-3),
        price.map((_, i) => (i < 2 * nT ? 1e-3 : 1e3)),
        out,
      );
      expect(out[0]).toBeLessThan(0);
      for (const i of balanceRow) expect(oracle.rowDual()[i] / grid.dt_h).toBeGreaterThan(0.3);
    });

    it('answers the same by its fastest oracle as by the generic one, and firmly non-expansively', () => {
      for (const seed of seeds) {
        const formulated = formulation.build(example(seed));
        const width = 2 * connected.length * nT;
        const fastest = oracleFor(formulated.block, grid.dt_h, solver);
        expect(reducedOracle(formulated.block, grid.dt_h, solver) !== undefined).toBe(isReducible);
        const generic = blockOracle(formulated.block, grid.dt_h, solver, { tolerance_frac: 1e-13 });
        const stream = randomStream(seed + 30);
        const rho = Float64Array.from({ length: width }, () => stream.between(0.5, 2) * 1e-2);
        let before: { v: Float64Array; x: Float64Array } | undefined;
        for (let k = 0; k < 6; k++) {
          const v = Float64Array.from({ length: width }, () => stream.between(-600, 600));
          const x = new Float64Array(width);
          const y = new Float64Array(width);
          expect(fastest.prox(v, rho, x)).toBe(true);
          expect(generic.prox(v, rho, y)).toBe(true);
          x.forEach((value, i) => expect(Math.abs(value - y[i]), `seed ${seed}, value ${i}`).toBeLessThan(1e-6 * 600));
          expect(Math.abs(fastest.cost() - generic.cost())).toBeLessThan(1e-5 * Math.max(1, Math.abs(generic.cost())));
          if (before) {
            const dx = minus(x, before.x);
            expect(inner(rho, dx, dx)).toBeLessThanOrEqual(inner(rho, dx, minus(v, before.v)) * (1 + 1e-9) + 1e-6);
          }
          before = { v, x };
        }
      }
    });

    it('answers prices with the optimum that a solver of another make finds', () => {
      for (const [seed, lossPrice_cur_per_kWh] of [
        [1, 0],
        [2, 0],
        [3, 0.4],
      ].map(([s, price]) => [s, new Float64Array(nT).fill(price)] as const)) {
        const formulated = formulation.build(example(seed, { lossPrice_cur_per_kWh }));
        const { block } = formulated;
        const stream = randomStream(seed + 50);
        const price = Float64Array.from({ length: 2 * connected.length * nT }, () => stream.between(-0.1, 0.5));
        const out = new Float64Array(price.length);
        const found = oracleFor(block, grid.dt_h, solver).response(price, out);
        const cost = block.program.cost.slice();
        block.ports.forEach(({ map }, k) => {
          for (let j = 0; j < map.cols_count; j++) {
            for (let e = map.colStart[j]; e < map.colStart[j + 1]; e++) {
              cost[j] -= grid.dt_h * price[k * nT + map.rowIndex[e]] * map.values[e];
            }
          }
        });
        const program = { ...block.program, cost };
        const other = (program.quadratic || program.cones ? solver : simplex).solve(program, { tolerance_frac: 1e-10 });
        expect(other.status).toBe('optimal');
        expect(Math.abs(found - objectiveOf(program, other.x))).toBeLessThan(1e-4 * Math.max(1, Math.abs(found)));
        const totals = [0, 1].map((t) => block.ports.reduce((sum, _, k) => (k % 2 ? sum : sum + portValues(block, k, other.x)[t]), 0));
        const ours = [0, 1].map((t) => connected.reduce((sum, _, k) => sum + out[2 * k * nT + t], 0));
        expect(ours[0]).toBeCloseTo(totals[0], 3);
        expect(ours[1]).toBeCloseTo(totals[1], 3);
      }
    });

    it('is a linear programme where losses cost nothing', () => {
      const formulated = formulation.build(example(1, { lossPrice_cur_per_kWh: new Float64Array(nT) }));
      expect(formulated.block.program.quadratic).toBeUndefined();
      expect(formulated.cost(randomPorts(formulated, 3))).toBe(0);
    });

    it('reads a state of the right shape, with losses counted from the base flow', () => {
      const wires = example(1);
      const formulated = formulation.build(wires);
      const state = formulated.read(formulated.complete(new Float64Array(2 * connected.length * nT)));
      expect(state.v_pu).toHaveLength(8 * nT);
      expect(state.p_branch_kW).toHaveLength(7 * nT);
      expect(state.q_branch_kvar).toHaveLength(7 * nT);
      wires.base!.loss_kW.forEach((loss, t) => expect(state.loss_kW[t]).toBeCloseTo(loss, 9));
      for (const v of state.v_pu) expect(Number.isFinite(v)).toBe(true);
    });
  });
}
