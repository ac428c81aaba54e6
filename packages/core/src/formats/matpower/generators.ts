import { didYouMean, InputError } from '../../base/errors.ts';
import type { Generator, GeneratorCost } from '../../network/network.ts';
import { genColumn } from './columns.ts';
import type { CaseTable } from './tables.ts';

/** What a generator must know of its bus. */
export interface BusOfCase {
  readonly index: number;
  /** PV or slack: its generators hold voltage. */
  readonly holds: boolean;
  readonly isolated: boolean;
}

/**
 * The rows of `gen`, in order, as `gen1`, `gen2` …
 * @throws {InputError} NETWORK_UNKNOWN_BUS, MATPOWER_NUMBER_INVALID, MATPOWER_RANGE_INVALID, MATPOWER_BUS_NUMBER
 */
export function readGenerators(
  gen: CaseTable,
  busOf: ReadonlyMap<string, BusOfCase>,
  costs: readonly (GeneratorCost | undefined)[],
  warn: (text: string) => void,
): Generator[] {
  const generators: Generator[] = [];
  const setAt = new Map<number, number>();
  for (let g = 0; g < gen.rows_count; g++) {
    const id = `gen${g + 1}`;
    const label = (name: string) => `${name} of ${id}`;
    const busId = gen.busNumber(g, genColumn.bus);
    const bus = busOf.get(busId);
    if (bus === undefined) {
      throw new InputError({
        code: 'NETWORK_UNKNOWN_BUS',
        message: `Generator "${id}" stands at bus "${busId}", which does not exist`,
        where: gen.where(g),
        hint: didYouMean(busId, busOf.keys()) ?? 'Add the bus, or correct the number.',
      });
    }
    const isOn = gen.number(g, genColumn.status, label('GEN_STATUS')) > 0;
    if (isOn && bus.isolated) warn(`Generator ${id} stands at an isolated bus and is taken as off (${gen.where(g)})`);
    const inService = isOn && !bus.isolated;
    const limits = {
      p_min_kW: gen.number(g, genColumn.pmin, label('PMIN')) * 1000,
      p_max_kW: gen.number(g, genColumn.pmax, label('PMAX')) * 1000,
      q_min_kvar: gen.number(g, genColumn.qmin, label('QMIN')) * 1000,
      q_max_kvar: gen.number(g, genColumn.qmax, label('QMAX')) * 1000,
    };
    checkRange(gen, g, 'PMIN', 'PMAX', limits.p_min_kW, limits.p_max_kW, inService, warn);
    checkRange(gen, g, 'QMIN', 'QMAX', limits.q_min_kvar, limits.q_max_kvar, inService, warn);
    const v_set_pu = gen.finite(g, genColumn.vg, label('VG'));
    const holdsVoltage = bus.holds;
    if (holdsVoltage && inService) {
      if (!(v_set_pu > 0)) {
        throw gen.error('MATPOWER_NUMBER_INVALID', `VG of ${id} must be positive, got ${v_set_pu}`, g, 'It is near 1 per unit.');
      }
      const before = setAt.get(bus.index);
      if (before !== undefined && before !== v_set_pu) {
        warn(`Generators at bus ${busId} disagree on VG (${before}, ${v_set_pu}); the last counts (${gen.where(g)})`);
      }
      setAt.set(bus.index, v_set_pu);
    }
    const cost = costs[g];
    generators.push(
      Object.freeze({
        id,
        bus: bus.index,
        p_kW: gen.finite(g, genColumn.pg, label('PG')) * 1000,
        q_kvar: gen.finite(g, genColumn.qg, label('QG')) * 1000,
        ...limits,
        v_set_pu,
        holdsVoltage,
        inService,
        ...(cost === undefined ? {} : { cost }),
      }),
    );
  }
  return generators;
}

function checkRange(
  gen: CaseTable,
  g: number,
  lowName: string,
  highName: string,
  low: number,
  high: number,
  inService: boolean,
  warn: (text: string) => void,
): void {
  if (low <= high) return;
  const what = `${lowName} of gen${g + 1} is above ${highName}: ${low / 1000} and ${high / 1000}`;
  if (inService) throw gen.error('MATPOWER_RANGE_INVALID', what, g, 'Exchange the two.');
  warn(`${what} (${gen.where(g)})`);
}
