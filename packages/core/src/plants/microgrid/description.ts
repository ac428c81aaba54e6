import { InputError } from '../../base/errors.ts';
import { buildNetwork } from '../../network/build.ts';
import type { Microgrid } from '../../simulation/microgrid/microgrid.ts';
import { dapiChain, dapiRatings } from '../../simulation/scenarios/dapi-chain.ts';
import { inverterChain } from '../../simulation/scenarios/inverter-chain.ts';
import type { MicrogridDocument } from './document.ts';

/** A microgrid, and ratings of its inverters where they are known. */
export interface Description {
  readonly microgrid: Microgrid;
  readonly q_rated_kvar: readonly (number | undefined)[];
}

/** @throws {InputError} STUDY_VALUE_INVALID, NETWORK_*, MICROGRID_PART */
export function describeMicrogrid(document: MicrogridDocument): Description {
  const { scenario, inverters_count, inverters, lines, loads } = document;
  const own = inverters ?? lines ?? loads;
  if (scenario !== undefined && own !== undefined)
    throw wrong('A plant with a "scenario" has its own inverters, lines and loads', 'scenario');
  if (inverters_count !== undefined && scenario !== 'inverter-chain') {
    throw wrong('"inverters_count" belongs to the scenario inverter-chain', 'inverters_count');
  }
  if (scenario === 'inverter-chain') return unrated(inverterChain(inverters_count ?? 4));
  if (scenario === 'dapi-chain') return { microgrid: dapiChain(), q_rated_kvar: dapiRatings.q_kvar };
  if (inverters === undefined) throw wrong('The microgrid has neither a "scenario" nor "inverters"', 'inverters');
  return ownMicrogrid(document, inverters);
}

const unrated = (microgrid: Microgrid): Description => ({ microgrid, q_rated_kvar: microgrid.inverters.map(() => undefined) });

/** Buses are what inverters, lines and loads name. */
function ownMicrogrid(document: MicrogridDocument, inverters: NonNullable<MicrogridDocument['inverters']>): Description {
  const { frequency_Hz, v_nominal_V, lines = [], loads = [] } = document;
  const v_base_kV = v_nominal_V / 1000;
  const s_base_kVA = 100;
  const perOhm = s_base_kVA / (v_base_kV * v_base_kV * 1000);
  const buses = new Set([...inverters, ...loads].map(({ bus }) => bus).concat(lines.flatMap(({ from, to }) => [from, to])));
  const network = buildNetwork({
    name: `microgrid of ${inverters.length} inverters`,
    s_base_kVA,
    buses: [...buses].map((id) => ({ id, v_base_kV, v_min_pu: 0.9, v_max_pu: 1.1 })),
    branches: lines.map(({ id, from, to, r_ohm, x_ohm }) => ({ id, from, to, r_pu: r_ohm * perOhm, x_pu: x_ohm * perOhm })),
    source: 'the study file',
  });
  return {
    microgrid: {
      network,
      frequency_Hz,
      inverters: inverters.map(({ id, bus, v_set_V = v_nominal_V, coupling_r_ohm, coupling_l_H, loops, ...law }) => ({
        id,
        bus,
        v_set_V,
        coupling: { r_ohm: coupling_r_ohm, l_H: coupling_l_H },
        loops,
        droop_rad_per_s_per_kW: law.droop_rad_per_s_per_kW,
        droop_V_per_kvar: law.droop_V_per_kvar,
        filter_rad_per_s: law.filter_rad_per_s,
      })),
      loads: loads.map((load) => {
        const { id, bus, kind } = load;
        if ('r_ohm' in load) return { id, bus, kind, v_nominal_V, r_ohm: load.r_ohm, x_ohm: load.x_ohm };
        const perPower = (v_nominal_V * v_nominal_V) / 1000 / (load.p_kW * load.p_kW + load.q_kvar * load.q_kvar);
        return { id, bus, kind, v_nominal_V, r_ohm: perPower * load.p_kW, x_ohm: perPower * load.q_kvar };
      }),
    },
    q_rated_kvar: inverters.map(({ q_rated_kvar }) => q_rated_kvar),
  };
}

const wrong = (message: string, where: string): InputError =>
  new InputError({
    code: 'STUDY_VALUE_INVALID',
    message,
    where,
    hint: 'Name a scenario (inverter-chain, dapi-chain), or list inverters, lines and loads.',
  });
