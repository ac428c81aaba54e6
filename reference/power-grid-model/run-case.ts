import { updated } from '../../packages/core/src/formats/power-grid-model/batch.ts';
import { numberOf, readDataset, type Scenario } from '../../packages/core/src/formats/power-grid-model/dataset.ts';
import { inputOf, readParts } from '../../packages/core/src/formats/power-grid-model/read.ts';
import { buildFeeder } from '../../packages/core/src/network/feeder/build.ts';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import type { PgmCase } from './cases.ts';
import { type Output, pgmOutputs } from './outputs.ts';

/** What came of one calculation of a case. */
export interface Verdict {
  readonly status: 'passed' | 'failed' | 'refused';
  /** Numbers that were compared. */
  readonly compared_count: number;
  /** Worst deviation over its tolerance, and where; or why it was refused. */
  readonly detail: string;
}

/** Attributes that say nothing about the network: which limit was met, which regulator shares what. */
const notCompared = new Set(['id', 'energized', 'limit_violated', 'tap_pos']);

/** What stands for the tap of a transformer without voltage. */
const noTap = -128;

/** Solves a case as its folder says and compares every attribute within the case's own tolerances. */
export function runCase(pgm: PgmCase, output: PgmCase['outputs'][number]): Verdict {
  try {
    const input = inputOf(readDataset(pgm.input, 'input.json'), 'input.json');
    const expected = JSON.parse(output.text).data as Expected | readonly Expected[];
    const scenarios = output.isBatch ? [...updated(input, readDataset(pgm.update ?? '', 'update_batch.json'))] : [input];
    const wanted = output.isBatch ? (expected as readonly Expected[]) : [expected as Expected];
    let worst = { ratio: 0, where: 'exact' };
    let compared_count = 0;
    scenarios.forEach((scenario, s) => {
      const actual = solve(scenario, pgm, output.isAsymmetric);
      for (const [component, records] of Object.entries(wanted[s] ?? {})) {
        for (const [k, record] of records.entries()) {
          // without ids, results stand in the order of the input
          const place = record['id'] ?? scenario.get(component)?.[k].values['id'];
          const found = actual.get(String(place));
          for (const [attribute, value] of Object.entries(record)) {
            if (attribute === 'tap_pos' && value !== noTap) {
              compared_count++;
              const position = positionOf(scenario, String(record['id']), found?.['tap_pu'] as number);
              if (position !== value)
                worst = { ratio: Infinity, where: `${component} ${String(record['id'])} tap_pos ${position}, expected ${String(value)}` };
            }
            if (notCompared.has(attribute) || !isNumeric(value)) continue;
            if (attribute === 'u_angle' && isDead(record)) continue;
            const [ratio, count] = deviation(found?.[attribute], displaced(value as number | readonly number[], attribute), attribute, pgm);
            compared_count += count;
            if (ratio > worst.ratio || Number.isNaN(ratio)) {
              worst = {
                ratio,
                where: `${component} ${String(record['id'])} ${attribute} ${shown(found?.[attribute])}, expected ${shown(value)}`,
              };
            }
          }
        }
      }
    });
    const detail = `${worst.ratio.toPrecision(2)} of its tolerance: ${worst.where}`;
    return { status: worst.ratio <= 1 ? 'passed' : 'failed', compared_count, detail };
  } catch (error) {
    return { status: 'refused', compared_count: 0, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** No voltage has no angle. */
const isDead = ({ energized, u, u_pu }: Readonly<Record<string, unknown>>): boolean =>
  energized === 0 || [u ?? u_pu ?? 1].flat().every((each) => each === 0);

const isNumeric = (value: unknown): boolean => [value].flat().every((each) => typeof each === 'number');

/** Some results give the angles of all phases as that of the first. */
const displaced = (value: number | readonly number[], attribute: string): number | readonly number[] =>
  attribute === 'u_angle' && Array.isArray(value) && value.every((each) => each === value[0])
    ? value.map((each: number, k: number) => each - (k * 2 * Math.PI) / 3)
    : value;

type Expected = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => (typeof x === 'number' ? Number(x.toPrecision(8)) : x)) ?? 'nothing';

/** |actual − expected| over atol + rtol·|expected|, worst of the phases. */
function deviation(
  actual: Output[string] | undefined,
  expected: number | readonly number[],
  attribute: string,
  pgm: PgmCase,
): [number, number] {
  const wanted = [expected].flat() as number[];
  const got = [actual ?? Number.NaN].flat() as number[];
  const atol = typeof pgm.atol === 'number' ? pgm.atol : (pgm.atol[attribute] ?? pgm.atol['default']);
  const ratios = wanted.map((value, k) => {
    const difference = attribute === 'u_angle' ? ((got[k] - value + 3 * Math.PI) % (2 * Math.PI)) - Math.PI : got[k] - value;
    return Math.abs(difference) / (atol + pgm.rtol * Math.abs(value));
  });
  return [ratios.some(Number.isNaN) ? Number.NaN : Math.max(...ratios), ratios.length];
}

function solve(scenario: Scenario, pgm: PgmCase, isAsymmetric: boolean): ReadonlyMap<string, Output> {
  const { feeder } = buildFeeder(readParts(scenario, pgm.name).parts);
  const whole = withStrategy(isAsymmetric ? feeder : symmetric(feeder), pgm.strategy);
  const linear = pgm.methods.every((method) => method === 'linear');
  const options = { linear, controls: pgm.strategy !== undefined };
  // as exact as rounding lets it be: some cases compare to 1e-8 W
  const exact = prepareThreePhase(whole, { ...options, tolerance_frac: 1e-14 });
  const first = exact.solve();
  const prepared = first.status === 'converged' ? exact : prepareThreePhase(whole, { ...options, tolerance_frac: 1e-10 });
  const result = first.status === 'converged' ? first : prepared.solve();
  if (result.status !== 'converged') throw new Error(`${result.status}: ${result.diagnosis ?? ''}`);
  return pgmOutputs(prepared, result, isAsymmetric);
}

/** A symmetric calculation sees the mean of the phases of every load and generator. */
function symmetric(feeder: Feeder): Feeder {
  const mean = (values: readonly number[]): readonly number[] => values.map(() => values.reduce((sum, x) => sum + x, 0) / values.length);
  const level = <T extends { readonly p_kW: readonly number[]; readonly q_kvar: readonly number[] }>(each: T): T => ({
    ...each,
    p_kW: mean(each.p_kW),
    q_kvar: mean(each.q_kvar),
  });
  return { ...feeder, loads: feeder.loads.map(level), generators: feeder.generators.map(level) };
}

/** `min_voltage_tap` and `max_voltage_tap` look for the tap from the end of the range: the regulator starts there and stops where its band begins. */
function withStrategy(feeder: Feeder, strategy: string | undefined): Feeder {
  if (strategy !== 'min_voltage_tap' && strategy !== 'max_voltage_tap') return feeder;
  const transformers = feeder.transformers.map((transformer) => {
    const regulator = feeder.regulators.find((each) => each.enabled && each.transformer === transformer.id);
    if (regulator === undefined) return transformer;
    const isFewer = (strategy === 'min_voltage_tap') === (regulator.windingMeasured === regulator.windingMoved);
    const windings = transformer.windings.map((winding, w) =>
      w === regulator.windingMoved ? { ...winding, tap_pu: (isFewer ? winding.tapMin_pu : winding.tapMax_pu) ?? winding.tap_pu } : winding,
    );
    return { ...transformer, windings };
  });
  return { ...feeder, transformers };
}

/** Tap position of the transformer of a regulator from its turns. */
function positionOf(scenario: Scenario, regulator: string, tap_pu: number): number {
  const rows = [...(scenario.get('transformer') ?? []), ...(scenario.get('three_winding_transformer') ?? [])];
  const of = (scenario.get('transformer_tap_regulator') ?? []).find((row) => String(numberOf(row, 'id')) === regulator);
  const row = rows.find((each) => of !== undefined && numberOf(each, 'id') === numberOf(of, 'regulated_object'));
  if (row === undefined) return Number.NaN;
  const u_V = numberOf(row, numberOf(row, 'tap_side', 0) === 0 ? 'u1' : 'u2');
  const direction = numberOf(row, 'tap_max', 0) >= numberOf(row, 'tap_min', 0) ? 1 : -1;
  return Math.round(numberOf(row, 'tap_nom', 0) + (direction * (tap_pu - 1) * u_V) / numberOf(row, 'tap_size'));
}
