import { InputError } from '../../base/errors.ts';
import { balancedCase } from '../../network/feeder/balanced.ts';
import { buildFeeder } from '../../network/feeder/build.ts';
import type { Case } from '../../network/network.ts';
import type { Folder } from './files.ts';
import { numberOf, optionalTextOf, parseTable, textOf } from './tables.ts';

/** One line of StudyCases.csv: what loads and plants do in an hour that planners look at, `hL`: high load, `lPV`: low load and much sun. */
export interface StudyCase {
  readonly name: string;
  readonly loadP_frac: number;
  readonly loadQ_frac: number;
  /** Of what is installed: wind, sun, and the other renewable plants. */
  readonly wind_frac: number;
  readonly pv_frac: number;
  readonly renewable_frac: number;
  readonly slack_pu: number;
}

/** The study cases of a folder, from the text of its StudyCases.csv. @throws {InputError} SIMBENCH_COLUMN_MISSING, SIMBENCH_NUMBER_INVALID, SIMBENCH_ROW_LENGTH */
export function readStudyCases(text: string, fileName = 'StudyCases.csv'): readonly StudyCase[] {
  return parseTable(text, fileName).rows.map((row) => ({
    name: textOf(row, 'Study Case'),
    loadP_frac: numberOf(row, 'pload'),
    loadQ_frac: numberOf(row, 'qload'),
    wind_frac: numberOf(row, 'Wind_p'),
    pv_frac: numberOf(row, 'PV_p'),
    renewable_frac: numberOf(row, 'RES_p'),
    slack_pu: numberOf(row, 'Slack_vm'),
  }));
}

/**
 * A SimBench grid in one of its study cases: loads and plants scaled, the source at the case's voltage. It is one hour, so nothing follows a profile.
 *
 * @param kindOf - whether a generator is `pv`, `wind` or another renewable plant, as RES.csv says; all `pv` when absent
 * @throws {InputError} SIMBENCH_STUDY_CASE_UNKNOWN
 */
export function withStudyCase(
  value: Case,
  cases: readonly StudyCase[],
  name: string,
  kindOf: (generator: string) => 'pv' | 'wind' | 'other' = () => 'pv',
): Case {
  const study = cases.find((each) => each.name === name);
  if (study === undefined || value.feeder === undefined) {
    throw new InputError({
      code: 'SIMBENCH_STUDY_CASE_UNKNOWN',
      message: `There is no study case "${name.slice(0, 60)}"`,
      where: 'StudyCases.csv',
      hint: cases.length === 0 ? 'This folder has none: leave it out.' : `There are ${cases.map((each) => each.name).join(', ')}.`,
    });
  }
  const { feeder } = value;
  const shares = { pv: study.pv_frac, wind: study.wind_frac, other: study.renewable_frac };
  const times = (values: readonly number[], factor: number): readonly number[] => values.map((each) => each * factor);
  const built = buildFeeder({
    ...feeder,
    loads: feeder.loads.map(({ profile: _, ...load }) => ({
      ...load,
      p_kW: times(load.p_kW, study.loadP_frac),
      q_kvar: times(load.q_kvar, study.loadQ_frac),
    })),
    generators: feeder.generators.map(({ profile: _, ...each }) => ({ ...each, p_kW: times(each.p_kW, shares[kindOf(each.id)]) })),
    inverters: feeder.inverters.map(({ profile: _, ...each }) => each),
    profiles: [],
    sources: feeder.sources.map((source) => {
      const e_kV = (study.slack_pu * feeder.buses[source.terminal.bus].v_base_kV) / Math.sqrt(3);
      return { ...source, e_kV: source.e_kV.map(() => e_kV) };
    }),
  });
  return Object.freeze({ ...value, ...balancedCase(built.feeder), dropped: value.dropped, warnings: built.warnings });
}

/**
 * The grid of a folder in the study case of that name, with the kinds of its plants as RES.csv tells them; other plants count as renewable ones of no special kind.
 * @throws {InputError} SIMBENCH_STUDY_CASE_UNKNOWN, and those of `readStudyCases`
 */
export function inStudyCase(value: Case, folder: Folder, name: string): Case {
  const file = folder.text('StudyCases');
  const cases = file === undefined ? [] : readStudyCases(file.text, file.name);
  const typeOf = new Map(folder.rows('RES').map((row) => [textOf(row, 'id'), optionalTextOf(row, 'type') ?? '']));
  return withStudyCase(value, cases, name, (generator) => {
    const type = typeOf.get(generator) ?? '';
    return /^pv/i.test(type) ? 'pv' : /^wind/i.test(type) ? 'wind' : 'other';
  });
}
