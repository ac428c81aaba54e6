import type { VoltageLaw } from '../../network/feeder/feeder.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import { codeOf, idOf, isOn, limitOf, nameOf, numberOf, phasesOf, type Row } from './dataset.ts';
import type { Reading } from './reading.ts';

type LoadPart = NonNullable<FeederParts['loads']>[number];
type GeneratorPart = NonNullable<FeederParts['generators']>[number];

/** By `LoadGenType`: constant power, impedance, current. */
const laws: readonly VoltageLaw[] = [
  { z_frac: 0, i_frac: 0, p_frac: 1 },
  { z_frac: 1, i_frac: 0, p_frac: 0 },
  { z_frac: 0, i_frac: 1, p_frac: 0 },
];

interface Common {
  readonly id: string;
  readonly connection: 'wye';
  readonly terminal: { readonly bus: string; readonly conductors: readonly number[] };
  readonly v_rated_kV: number;
  readonly inService: boolean;
  readonly p_kW: readonly number[];
  readonly q_kvar: readonly number[];
  readonly law: VoltageLaw;
}

/** Between each phase and earth; powers in W and var, of all phases together (sym) or of each (asym); 0 when absent. */
function commonOf(row: Row, reading: Reading, isAsymmetric: boolean): Common {
  const node = reading.node(row, 'node');
  const powers = (name: string): readonly number[] => {
    if (isAsymmetric) return phasesOf(row, name, 0).map((each) => each / 1000);
    const each = numberOf(row, name, 0) / 3000;
    return [each, each, each];
  };
  return {
    id: nameOf(row),
    connection: 'wye',
    terminal: { bus: node.bus, conductors: [1, 2, 3, 0] },
    v_rated_kV: node.u_rated_V / Math.sqrt(3) / 1000,
    inService: isOn(row),
    p_kW: powers('p_specified'),
    q_kvar: powers('q_specified'),
    law: laws[codeOf(row, 'type', [0, 1, 2] as const, 0)],
  };
}

export function readLoad(row: Row, reading: Reading, isAsymmetric: boolean): LoadPart {
  const { law, ...common } = commonOf(row, reading, isAsymmetric);
  return { ...common, pLaw: law, qLaw: law };
}

/** A voltage regulator by the id of what it regulates. */
export type VoltageRegulators = ReadonlyMap<string, Row>;

/** Those in service; one for what is not there, or that has one, is reported. */
export function voltageRegulators(rows: readonly Row[], reading: Reading, appliances: readonly Row[]): VoltageRegulators {
  const known = new Set(appliances.map((row) => idOf(row)));
  const regulators = new Map<string, Row>();
  for (const row of rows.filter((each) => isOn(each))) {
    const object = idOf(row, 'regulated_object');
    if (!known.has(object))
      reading.drop(`voltage_regulator ${idOf(row)}`, row, `it regulates ${object}, which is no load or generator here`);
    else if (regulators.has(object)) reading.drop(`voltage_regulator ${idOf(row)}`, row, `${object} has a regulator already`);
    else regulators.set(object, row);
  }
  return regulators;
}

/** A generator; with a regulator it holds the voltage of its node and its q is what that takes. */
export function readGenerator(
  row: Row,
  reading: Reading,
  isAsymmetric: boolean,
  regulators: VoltageRegulators,
  sign: 1 | -1 = 1,
): GeneratorPart {
  const { law, ...common } = commonOf(row, reading, isAsymmetric);
  const regulator = regulators.get(idOf(row));
  const powers = { p_kW: common.p_kW.map((p) => sign * p), q_kvar: common.q_kvar.map((q) => sign * q) };
  if (regulator === undefined) return { ...common, ...powers, ...(isConstantPower(law) ? {} : { pLaw: law, qLaw: law }) };
  const limit = (name: string) => {
    const value = limitOf(regulator, name);
    return value === undefined ? undefined : value / 1000;
  };
  const [low, high] = [limit('q_min'), limit('q_max')];
  return {
    ...common,
    ...powers,
    v_set_pu: numberOf(regulator, 'u_ref'),
    ...(low === undefined ? {} : { q_min_kvar: low }),
    ...(high === undefined ? {} : { q_max_kvar: high }),
    ...(isConstantPower(law) ? {} : { pLaw: law }),
  };
}

const isConstantPower = (law: VoltageLaw): boolean => law === laws[0];
