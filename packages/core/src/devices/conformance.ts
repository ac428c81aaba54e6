import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { type RandomStream, randomStream } from '../base/random.ts';
import { type TimeGrid, timeGrid } from '../base/time-grid.ts';
import { unitOfName, units } from '../base/units.ts';
import { at } from '../problem/affine.ts';
import { portValues } from '../problem/assemble.ts';
import { type Block, buildBlock, largestOverlap } from '../problem/block.ts';
import { type Declaration, declaration } from '../problem/declare.ts';
import { derivativeInto } from '../problem/derivative.ts';
import type { Oracle } from '../problem/oracle.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { InteriorPointWorkspace } from '../solvers/interior-point/workspace.ts';
import { blockOracle } from '../solvers/oracle.ts';
import type { DeviceKind, ParamSpec, ParamTable, ValuesOf } from './contract.ts';
import { readParams } from './params.ts';

const solver = await interiorPoint().prepare();

/** What every kind of device has to keep. Each member's test runs it with its example and with variants of its own. */
export interface ConformanceOptions<T extends ParamTable> {
  /** Further parameter values to hold the kind to, over the example: other modes, profiles of 24 values. */
  readonly variants?: readonly Readonly<Partial<Record<keyof T, unknown>>>[];
}

const day = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60, steps_count: 24 });
const quarters = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 15, steps_count: 96 });

interface Case {
  readonly label: string;
  readonly grid: TimeGrid;
  readonly declared: Declaration;
  readonly block: Block;
  readonly generic: Oracle;
  readonly closed: Oracle | undefined;
  /** The largest power that the declaration allows, to scale prices and points. */
  readonly size_kW: number;
}

export function deviceConformance<T extends ParamTable>(given: DeviceKind<T>, options: ConformanceOptions<T> = {}): void {
  const kind = given as unknown as DeviceKind;
  const raws = [kind.example, ...(options.variants ?? []).map((variant) => ({ ...kind.example, ...variant }))];
  const cases = (): Case[] => raws.map((raw, i) => caseOf(kind, raw, day, i === 0 ? 'example' : `variant ${i}`));

  describe(`${kind.kind} keeps the contract of a device:`, () => {
    tableTests(kind);
    readingTests(kind);
    lawTests(kind, cases);
    oracleTests(cases);
  });
}

const read = (kind: DeviceKind, raw: Readonly<Record<string, unknown>>, grid: TimeGrid): ValuesOf<ParamTable> =>
  readParams(kind, raw, { grid, profiles: new Map(), where: 'devices.it' });

function caseOf(kind: DeviceKind, raw: Readonly<Record<string, unknown>>, grid: TimeGrid, label: string): Case {
  const values = read(kind, raw, grid);
  const declared = declaration(grid, (m) => kind.declare(m, values));
  const block = buildBlock('it', declared);
  let size_kW = 1;
  for (const law of declared.inputs) {
    for (let t = 0; t < grid.steps_count; t++) if (Number.isFinite(at(law.upper, t))) size_kW = Math.max(size_kW, at(law.upper, t));
  }
  for (const { offset } of block.ports) for (const v of offset) size_kW = Math.max(size_kW, Math.abs(v));
  return {
    label,
    grid,
    declared,
    block,
    generic: blockOracle(block, grid.dt_h, solver, { tolerance_frac: 1e-12 }),
    closed: kind.oracle?.(values, grid),
    size_kW,
  };
}

/** What `run` throws, which has to be an InputError. */
function refusal(run: () => unknown): InputError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('expected a refusal, but it was accepted');
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v - b[i]);
const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
const randomValues = (stream: RandomStream, n: number, low: number, high: number): Float64Array =>
  Float64Array.from({ length: n }, () => stream.between(low, high));

/** Prices as they occur: energy from −0.1 to 0.6 and, around zero, reactive energy to ±0.05 per kvarh. */
function randomPrices(stream: RandomStream, n: number): Float64Array {
  const prices = randomValues(stream, n, -0.1, 0.6);
  for (let i = n / 2; i < n; i++) prices[i] = stream.between(-0.05, 0.05);
  return prices;
}

function tableTests(kind: DeviceKind): void {
  it('its table names units, says what each parameter is, and has defaults within its limits', () => {
    expect(kind.kind).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(kind.title.length).toBeGreaterThan(5);
    for (const [name, spec] of Object.entries(kind.params) as [string, ParamSpec][]) {
      expect(spec.about.length, name).toBeGreaterThan(8);
      expect(spec.about, name).not.toMatch(/\.$/);
      if (spec.type === 'time') expect(name).toMatch(/At$/);
      if (spec.type === 'time' && spec.after !== undefined)
        expect(Object.keys(kind.params).indexOf(spec.after), name).toBeLessThan(Object.keys(kind.params).indexOf(name));
      if (spec.type !== 'number' && spec.type !== 'profile') continue;
      expect(unitOfName(name), name).toBeDefined();
      if (spec.default === undefined) continue;
      expect(spec.default, name).toBeGreaterThanOrEqual(spec.min ?? -Infinity);
      expect(spec.default, name).toBeLessThanOrEqual(spec.max ?? Infinity);
    }
  });
}

function readingTests(kind: DeviceKind): void {
  const names = Object.keys(kind.params);
  const specs = Object.entries(kind.params) as [string, ParamSpec][];

  it('its example can be read on hours and on quarters of an hour', () => {
    for (const grid of [day, quarters]) expect(Object.keys(read(kind, kind.example, grid)).sort()).toEqual([...names].sort());
  });

  it('an unknown key is refused with the nearest name', () => {
    const name = names[0];
    const typo = name.slice(0, 1) + name.slice(2);
    const error = refusal(() => read(kind, { ...kind.example, [typo]: 1 }, day));
    expect(['DEVICE_PARAM_UNKNOWN', 'DEVICE_PARAM_UNIT']).toContain(error.code);
    expect(error.where).toBe(`devices.it.${typo}`);
    if (error.code === 'DEVICE_PARAM_UNKNOWN') expect(error.hint).toMatch(/Did you mean "\w+"\?/);
  });

  it('a wrong unit is refused with the key that is expected', () => {
    for (const [name, spec] of specs) {
      if (spec.type !== 'number' && spec.type !== 'profile') continue;
      const unit = unitOfName(name)!;
      const stem = name.slice(0, -unit.length - 1);
      const other = (Object.keys(units) as (keyof typeof units)[]).find((u) => u !== unit && !names.includes(`${stem}_${u}`))!;
      if (names.filter((known) => known.slice(0, -(unitOfName(known) ?? '').length - 1) === stem).length > 1) continue;
      const error = refusal(() => read(kind, { ...kind.example, [`${stem}_${other}`]: 1 }, day));
      expect(error.code, name).toBe('DEVICE_PARAM_UNIT');
      expect(error.message, name).toContain(`"${name}"`);
    }
  });

  it('a missing parameter, not a number, out of range and a wrong length are refused with code and place', () => {
    for (const [name, spec] of specs) {
      const where = `devices.it.${name}`;
      const refused = (value: unknown): { code: string; where: string | undefined } => {
        const { code, where } = refusal(() => read(kind, { ...kind.example, [name]: value }, day));
        return { code, where };
      };
      if (spec.default === undefined) {
        const { [name]: _, ...rest } = kind.example;
        const error = refusal(() => read(kind, rest, day));
        expect(error).toMatchObject({ code: 'DEVICE_PARAM_MISSING', where: 'devices.it' });
        expect(error.message).toContain(`"${name}"`);
      }
      expect(refused({}), name).toEqual({ code: 'DEVICE_PARAM_TYPE', where });
      expect(refused(null), name).toEqual({ code: 'DEVICE_PARAM_TYPE', where });
      if (spec.type === 'time') expect(refused('1999-01-01T00:00Z'), name).toEqual({ code: 'DEVICE_PARAM_RANGE', where });
      if (spec.type !== 'number' && spec.type !== 'profile') continue;
      expect(refused(Number.NaN), name).toEqual({ code: 'DEVICE_PARAM_RANGE', where });
      expect(refused(Infinity), name).toEqual({ code: 'DEVICE_PARAM_RANGE', where });
      expect(refused(-Infinity), name).toEqual({ code: 'DEVICE_PARAM_RANGE', where });
      if (spec.min !== undefined) expect(refused(spec.min - 1), name).toEqual({ code: 'DEVICE_PARAM_RANGE', where });
      if (spec.max !== undefined) expect(refused(spec.max + 1), name).toEqual({ code: 'DEVICE_PARAM_RANGE', where });
      if (spec.type === 'number') {
        expect(refused('7'), name).toEqual({ code: 'DEVICE_PARAM_TYPE', where });
        continue;
      }
      expect(refused(new Array(23).fill(1)), name).toEqual({ code: 'PROFILE_LENGTH', where });
      expect(refused('nobody'), name).toEqual({ code: 'PROFILE_UNKNOWN', where });
      expect(refused([...new Array(23).fill(1), 'x']).code, name).toBe('DEVICE_PARAM_TYPE');
    }
  });
}

function lawTests(kind: DeviceKind, cases: () => Case[]): void {
  it('declares the same every time, and everything it declares is named with its unit', () => {
    const values = read(kind, kind.example, day);
    const [first, second] = [0, 1].map(() => declaration(day, (m) => kind.declare(m, values)));
    expect(first).toEqual(second);
    for (const v of first.variables) expect(unitOfName(v.name)).toBeDefined();
  });

  it('its block has a p and a q port, finite numbers and readable names', () => {
    for (const { block, declared } of cases()) {
      expect(block.ports.map(({ name, unit }) => [name, unit])).toEqual([
        ['p', 'kW'],
        ['q', 'kvar'],
      ]);
      const { program } = block;
      for (const values of [program.cost, program.rows.values, ...block.ports.map((port) => port.offset)]) {
        expect(values.every(Number.isFinite)).toBe(true);
      }
      for (const bounds of [program.lower, program.upper, program.rowLower, program.rowUpper]) {
        expect(bounds.every((v) => !Number.isNaN(v))).toBe(true);
      }
      expect(block.trajectories.map(({ name }) => name)).toEqual(declared.variables.map(({ name }) => name));
      for (let i = 0; i < program.rowLower.length; i++) expect(program.rowName(i)).toMatch(/^it\./);
    }
  });

  it('schedule = simulation: its rates, integrated with the scheduled inputs, give the scheduled states', () => {
    const stream = randomStream(11);
    for (const { block, declared, label } of cases()) {
      const x = scheduleAt(block, randomPrices(stream, 2 * day.steps_count));
      simulated(block, declared, x, (name, t, scheduled, integrated) => {
        const error = Math.abs(scheduled - integrated) / Math.max(1, Math.abs(integrated));
        expect(error, `${label} ${name}[${t}]: scheduled ${scheduled}, integrated ${integrated}`).toBeLessThan(1e-9);
      });
    }
  });

  it('keeps its limits: inputs, states, capability; reports overlap of what excludes each other', () => {
    const stream = randomStream(12);
    for (const { block, declared, size_kW } of cases()) {
      const x = scheduleAt(block, randomPrices(stream, 2 * day.steps_count));
      const tolerance = 1e-6 * size_kW;
      const [p, q] = [0, 1].map((port) => portValues(block, port, x));
      for (const { s_max_kVA } of declared.circles) {
        for (let t = 0; t < p.length; t++) expect(Math.hypot(p[t], q[t])).toBeLessThanOrEqual(s_max_kVA + tolerance);
      }
      for (const law of [...declared.inputs, ...declared.states]) {
        const { columns } = block.trajectories[law.variable.index];
        for (let t = 0; t < p.length; t++) {
          expect(x[columns[t]], law.variable.name).toBeGreaterThanOrEqual(at(law.lower, t) - tolerance);
          expect(x[columns[t]], law.variable.name).toBeLessThanOrEqual(at(law.upper, t) + tolerance);
        }
      }
      for (const [a, b] of declared.exclusives) {
        const both = Float64Array.from(x);
        both[block.trajectories[a.index].columns[20]] = 2;
        both[block.trajectories[b.index].columns[20]] = 3;
        expect(largestOverlap(block, both)).toMatchObject({ names: [a.name, b.name] });
        expect(largestOverlap(block, both)!.amount).toBeGreaterThanOrEqual(2 - tolerance);
      }
    }
  });
}

/** The block's own best answer to prices. */
function scheduleAt(block: Block, price: Float64Array): Float64Array {
  const cost = Float64Array.from(block.program.cost);
  const n = day.steps_count;
  block.ports.forEach(({ map }, port) => {
    for (let j = 0; j < map.cols_count; j++) {
      for (let k = map.colStart[j]; k < map.colStart[j + 1]; k++) cost[j] -= day.dt_h * price[port * n + map.rowIndex[k]] * map.values[k];
    }
  });
  const solution = new InteriorPointWorkspace({ ...block.program, cost }).solve({}, { tolerance_frac: 1e-11 });
  expect(['optimal', 'almost-optimal']).toContain(solution.status);
  return solution.x;
}

/** Integrates each step with the scheduled inputs from the integrated state before it. */
function simulated(
  block: Block,
  declared: Declaration,
  x: Float64Array,
  see: (name: string, t: number, scheduled: number, integrated: number) => void,
): void {
  const { states, inputs, dt_h, steps_count } = declared;
  const n = states.length;
  if (n === 0) return;
  const column = (index: number, t: number): number => block.trajectories[index].columns[t];
  let state: Float64Array = Float64Array.from(states, (law) => law.start);
  for (let t = 0; t < steps_count; t++) {
    const u = Float64Array.from(inputs, (law) => x[column(law.variable.index, t)]);
    state = integrate(declared, t, state, u, dt_h);
    for (let i = 0; i < n; i++) see(states[i].variable.name, t, x[column(states[i].variable.index, t)], state[i]);
    // Go on from the schedule: what is compared is one step of the law, not the solver's rounding summed over a day.
    state = Float64Array.from(states, (law) => x[column(law.variable.index, t)]);
  }
}

/** Classical Runge–Kutta in 64 parts of a step. */
function integrate(declared: Declaration, t: number, from: Float64Array, u: Float64Array, dt_h: number): Float64Array {
  const parts_count = 64;
  const h = dt_h / parts_count;
  const rate = (x: Float64Array): Float64Array => {
    const out = new Float64Array(x.length);
    derivativeInto(declared, t, x, u, out);
    return out;
  };
  let x: Float64Array = from;
  for (let k = 0; k < parts_count; k++) {
    const k1 = rate(x);
    const k2 = rate(x.map((v, i) => v + (h / 2) * k1[i]));
    const k3 = rate(x.map((v, i) => v + (h / 2) * k2[i]));
    const k4 = rate(x.map((v, i) => v + h * k3[i]));
    x = x.map((v, i) => v + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return x;
}

function oracleTests(cases: () => Case[]): void {
  it('its proximal operator is firmly non-expansive in the metric of ρ', () => {
    const stream = randomStream(21);
    for (const { generic, closed, size_kW, label } of cases()) {
      const oracle = closed ?? generic;
      const n = oracle.width_count;
      const rho = randomValues(stream, n, 0.02, 0.3);
      for (let pair = 0; pair < (closed ? 40 : 6); pair++) {
        const [a, b] = [0, 1].map(() => randomValues(stream, n, -1.5 * size_kW, 1.5 * size_kW));
        const [pa, pb] = [a, b].map((v) => {
          const out = new Float64Array(n);
          expect(oracle.prox(v, rho, out), label).toBe(true);
          return out;
        });
        const moved = minus(pa, pb);
        const left = dot(
          moved.map((v, i) => v * rho[i]),
          moved,
        );
        const right = dot(
          moved.map((v, i) => v * rho[i]),
          minus(a, b),
        );
        expect(left).toBeLessThanOrEqual(right + 1e-6 * (1 + Math.abs(right)));
      }
    }
  });

  it('a closed form equals the generic operator, in answer, cost and schedule', () => {
    const stream = randomStream(22);
    for (const { generic, closed, size_kW, label } of cases()) {
      if (!closed) continue;
      const n = closed.width_count;
      expect(n).toBe(generic.width_count);
      const [fast, slow] = [new Float64Array(n), new Float64Array(n)];
      for (let k = 0; k < 6; k++) {
        const rho = k % 2 === 0 ? new Float64Array(n).fill(0.1) : randomValues(stream, n, 0.02, 0.3);
        const v = k === 0 ? new Float64Array(n) : randomValues(stream, n, -1.5 * size_kW, 1.5 * size_kW);
        expect(closed.prox(v, rho, fast), label).toBe(true);
        expect(generic.prox(v, rho, slow), label).toBe(true);
        expect(norm(minus(fast, slow)) / Math.max(size_kW, norm(slow)), `${label} prox ${k}`).toBeLessThan(1e-6);
        expect(Math.abs(closed.cost() - generic.cost()) / Math.max(1, Math.abs(generic.cost()))).toBeLessThan(1e-5);
        const schedule = generic.schedule();
        expect([...closed.schedule().keys()].sort()).toEqual([...schedule.keys()].sort());
        for (const [name, values] of closed.schedule()) {
          expect(norm(minus(values, schedule.get(name)!)) / Math.max(1, norm(values)), `${label} ${name}`).toBeLessThan(1e-5);
        }
        const price = randomPrices(stream, n);
        const value = closed.response(price, fast);
        expect(Math.abs(value - generic.response(price, slow)) / Math.max(1, Math.abs(value)), `${label} value`).toBeLessThan(1e-6);
      }
    }
  });

  it('its answer rises with the price, its value is no more than its cost there, and all costs are finite', () => {
    const stream = randomStream(23);
    for (const { generic, closed, grid, size_kW } of cases()) {
      for (const oracle of closed ? [closed, generic] : [generic]) {
        const n = oracle.width_count;
        const asked = Array.from({ length: 4 }, () => {
          const price = randomPrices(stream, n);
          const out = new Float64Array(n);
          const value = oracle.response(price, out);
          expect(Number.isFinite(value)).toBe(true);
          expect(Number.isFinite(oracle.cost())).toBe(true);
          expect(value).toBeLessThanOrEqual(oracle.cost() - grid.dt_h * dot(price, out) + 1e-6 * (1 + Math.abs(value)));
          return { price, out };
        });
        for (const a of asked) {
          for (const b of asked) {
            expect(dot(minus(a.out, b.out), minus(a.price, b.price))).toBeGreaterThanOrEqual(-1e-6 * size_kW * grid.steps_count);
          }
        }
      }
    }
  });

  it('says at an answer what overlaps, or nothing', () => {
    for (const { generic, closed } of cases()) {
      for (const oracle of closed ? [closed, generic] : [generic]) {
        oracle.prox(
          new Float64Array(oracle.width_count),
          new Float64Array(oracle.width_count).fill(0.1),
          new Float64Array(oracle.width_count),
        );
        const words = oracle.relaxation?.();
        if (words !== undefined) expect(words).toContain('overlap');
      }
    }
  });
}
