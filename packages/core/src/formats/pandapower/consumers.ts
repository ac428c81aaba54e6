import type { VoltageLaw } from '../../network/feeder/feeder.ts';
import type { BusAt, GeneratorPart, InverterPart, LinePart, LoadPart, Reading, ShuntPart } from './reading.ts';
import { flagOf, has, numberOf, type Row, wordOf } from './tables.ts';
import { abc, abcg, constantAdmittance } from './wires.ts';

const constantPower: VoltageLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };

/** Three equal elements between phases and earth, or between phases. Powers of all together, in MW and Mvar. */
function elements(row: Row, bus: BusAt, connection: 'wye' | 'delta') {
  return {
    connection,
    terminal: { bus: bus.id, conductors: connection === 'wye' ? abcg : abc },
    v_rated_kV: connection === 'wye' ? bus.v_base_kV / Math.sqrt(3) : bus.v_base_kV,
    inService: flagOf(row, 'in_service', true) && bus.inService,
  } as const;
}

const thirds = (mega: number): readonly number[] => {
  const each = (mega * 1000) / 3;
  return [each, each, each];
};

const connectionOf = (row: Row): 'wye' | 'delta' => (wordOf(row, 'type') === 'delta' ? 'delta' : 'wye');

/** Shares of constant impedance and current in percent of what it takes at 1 pu; versions before 3 give one for p and q together. */
export function readLoad(row: Row, reading: Reading): LoadPart | undefined {
  const bus = reading.bus(row);
  const id = reading.idOf(row, 'load');
  if (!bus.inService) return undefined;
  const scaling = numberOf(row, 'scaling', 1);
  const law = (quantity: 'p' | 'q'): VoltageLaw => {
    const share = (kind: 'z' | 'i'): number =>
      numberOf(row, `const_${kind}_${quantity}_percent`, numberOf(row, `const_${kind}_percent`, 0)) / 100;
    const [z, i] = [share('z'), share('i')];
    return { z_frac: z, i_frac: i, p_frac: 1 - z - i };
  };
  return {
    id,
    ...elements(row, bus, connectionOf(row)),
    p_kW: thirds(numberOf(row, 'p_mw') * scaling),
    q_kvar: thirds(numberOf(row, 'q_mvar') * scaling),
    pLaw: law('p'),
    qLaw: law('q'),
  };
}

const perPhase = (row: Row, quantity: 'p' | 'q'): readonly number[] => {
  const scaling = numberOf(row, 'scaling', 1) * 1000;
  return ['a', 'b', 'c'].map((phase) => numberOf(row, `${quantity}_${phase}_${quantity === 'p' ? 'mw' : 'mvar'}`) * scaling);
};

export function readAsymmetricLoad(row: Row, reading: Reading): LoadPart | undefined {
  const bus = reading.bus(row);
  const id = reading.idOf(row, 'load');
  if (!bus.inService) return undefined;
  return {
    id,
    ...elements(row, bus, connectionOf(row)),
    p_kW: perPhase(row, 'p'),
    q_kvar: perPhase(row, 'q'),
    pLaw: constantPower,
    qLaw: constantPower,
  };
}

/** Electrical power of a motor at its loading: what it gives over its efficiency, at its power factor. */
export function readMotor(row: Row, reading: Reading): LoadPart | undefined {
  const bus = reading.bus(row);
  const id = reading.idOf(row, 'load');
  if (!bus.inService) return undefined;
  const share = (numberOf(row, 'loading_percent', 100) / 100) * numberOf(row, 'scaling', 1);
  const p_MW = (numberOf(row, 'pn_mech_mw') / numberOf(row, 'efficiency_percent')) * 100 * share;
  const cosine = numberOf(row, 'cos_phi');
  const q_Mvar = Math.sqrt(Math.max(0, (p_MW / cosine) ** 2 - p_MW ** 2));
  return { id, ...elements(row, bus, 'wye'), p_kW: thirds(p_MW), q_kvar: thirds(q_Mvar), pLaw: constantPower, qLaw: constantPower };
}

export function readSgen(row: Row, reading: Reading, isAsymmetric: boolean): GeneratorPart | undefined {
  const bus = reading.bus(row);
  const id = reading.idOf(row, 'generator');
  if (!bus.inService) return undefined;
  const scaling = numberOf(row, 'scaling', 1);
  return {
    id,
    ...elements(row, bus, connectionOf(row)),
    p_kW: isAsymmetric ? perPhase(row, 'p') : thirds(numberOf(row, 'p_mw') * scaling),
    q_kvar: isAsymmetric ? perPhase(row, 'q') : thirds(numberOf(row, 'q_mvar') * scaling),
  };
}

/** Holds the voltage of its bus; its reactive limits count where the power flow is asked to keep them. */
export function readGen(row: Row, reading: Reading): GeneratorPart | undefined {
  const bus = reading.bus(row);
  const id = reading.idOf(row, 'generator');
  if (!bus.inService) return undefined;
  return {
    id,
    ...elements(row, bus, 'wye'),
    p_kW: thirds(numberOf(row, 'p_mw') * numberOf(row, 'scaling', 1)),
    q_kvar: [0, 0, 0],
    v_set_pu: numberOf(row, 'vm_pu'),
    ...(has(row, 'min_q_mvar') ? { q_min_kvar: numberOf(row, 'min_q_mvar') * 1000 } : {}),
    ...(has(row, 'max_q_mvar') ? { q_max_kvar: numberOf(row, 'max_q_mvar') * 1000 } : {}),
  };
}

/** A storage charges with p > 0. Where its rating is not given, it is what it carries. */
export function readStorage(row: Row, reading: Reading): InverterPart | undefined {
  const bus = reading.bus(row);
  const id = reading.idOf(row, 'inverter');
  if (!bus.inService) return undefined;
  const scaling = numberOf(row, 'scaling', 1) * 1000;
  const p_kW = 0 - numberOf(row, 'p_mw') * scaling;
  const q_kvar = 0 - numberOf(row, 'q_mvar') * scaling;
  const s_kVA = Math.max(Math.hypot(p_kW, q_kvar), has(row, 'sn_mva') ? numberOf(row, 'sn_mva') * 1000 : 0, 1e-3);
  const e_rated_kWh = numberOf(row, 'max_e_mwh', 0) * 1000;
  return {
    id,
    ...elements(row, bus, 'wye'),
    kind: 'storage',
    s_rated_kVA: s_kVA,
    p_kW,
    p_rated_kW: s_kVA,
    q_kvar,
    priority: 'watt',
    storage: {
      e_rated_kWh,
      e_start_kWh: (numberOf(row, 'soc_percent', 100) / 100) * e_rated_kWh,
      e_reserve_kWh: numberOf(row, 'min_e_mwh', 0) * 1000,
      p_charge_max_kW: s_kVA,
      p_discharge_max_kW: s_kVA,
      eta_charge_frac: 1,
      eta_discharge_frac: 1,
      idle_kW: 0,
    },
  };
}

export interface WardParts {
  readonly load?: LoadPart;
  readonly shunt?: ShuntPart;
  readonly line?: LinePart;
  readonly generator?: GeneratorPart;
}

/** A ward is a load and a constant admittance; an extended ward has a voltage behind an impedance, too: a bus of its own. */
export function readWard(row: Row, reading: Reading): WardParts {
  const bus = reading.bus(row);
  if (!bus.inService) return {};
  const loadId = reading.idOf(row, 'load');
  const shuntId = reading.idOf(row, 'shunt');
  const inService = flagOf(row, 'in_service', true);
  const ward: WardParts = {
    load: {
      id: loadId,
      ...elements(row, bus, 'wye'),
      p_kW: thirds(numberOf(row, 'ps_mw')),
      q_kvar: thirds(numberOf(row, 'qs_mvar')),
      pLaw: constantPower,
      qLaw: constantPower,
    },
    shunt: { ...constantAdmittance(shuntId, bus, numberOf(row, 'pz_mw'), numberOf(row, 'qz_mvar'), bus.v_base_kV), inService },
  };
  if (row.table !== 'xward') return ward;
  const inner = reading.ownBus(`xward ${row.index} inside`, bus.v_base_kV);
  const [r, x] = [numberOf(row, 'r_ohm'), numberOf(row, 'x_ohm')];
  return {
    ...ward,
    line: {
      id: reading.idOf(row, 'line'),
      from: { bus: bus.id, conductors: abc },
      to: { bus: inner, conductors: abc },
      r_ohm: [r, 0, 0, 0, r, 0, 0, 0, r],
      x_ohm: [x, 0, 0, 0, x, 0, 0, 0, x],
      closedFrom: inService,
      closedTo: inService,
    },
    generator: {
      id: reading.idOf(row, 'generator'),
      connection: 'wye',
      terminal: { bus: inner, conductors: abcg },
      v_rated_kV: bus.v_base_kV / Math.sqrt(3),
      inService,
      p_kW: [0, 0, 0],
      q_kvar: [0, 0, 0],
      v_set_pu: numberOf(row, 'vm_pu'),
    },
  };
}
