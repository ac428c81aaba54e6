import type { FeederCell, FeederDocument, FeederRecord } from './document.ts';
import { type ConductorUse, writeConductors } from './document-conductors.ts';
import { writeMatrix } from './document-matrix.ts';
import type {
  BeyondLimits,
  Feeder,
  Inverter,
  Load,
  Matrix,
  PhaseGenerator,
  StorageOfInverter,
  Terminal,
  Transformer,
  VoltageLaw,
  Winding,
} from './feeder.ts';
import { capacitorControlRecord, inverterControlRecord, regulatorRecord } from './write-controls.ts';

/**
 * The document of a Feeder: `readFeederDocument(buildFeederDocument(f))` equals `f`, every digit kept. What is a default is left out; line constants
 * stand as matrices of the whole length.
 */
export function buildFeederDocument(feeder: Feeder): FeederDocument {
  const { buses } = feeder;
  const at = ({ bus, conductors }: Terminal, use: ConductorUse): FeederRecord =>
    record({ bus: buses[bus].id, phases: writeConductors(conductors, use) });
  const ends = (from: Terminal, to: Terminal): FeederRecord => {
    const phases = writeConductors(from.conductors, 'line');
    const far = to.conductors.every((each, k) => each === from.conductors[k])
      ? undefined
      : (writeConductors(to.conductors, 'line') ?? 'abc');
    return record({ from: buses[from.bus].id, to: buses[to.bus].id, phases, phases_to: far });
  };
  const transformer = (each: Transformer): FeederRecord =>
    record({
      id: each.id,
      cores_count: each.cores_count,
      x_frac: each.x_frac,
      no_load_loss_frac: each.noLoadLoss_frac,
      magnetising_frac: each.magnetising_frac,
      magnetising_at: each.magnetisingAt,
      zero_g_frac: matrixOrNone(each.zeroSequence?.g_frac),
      zero_b_frac: matrixOrNone(each.zeroSequence?.b_frac),
      antifloat_frac: each.antifloat_frac,
      in_service: unless(each.inService, true),
      windings: each.windings.map((winding) => windingRecord(winding, at(winding.terminal, winding.connection))),
    });
  const elements = (each: Load | PhaseGenerator | Inverter): FeederRecord =>
    record({
      id: each.id,
      ...at(each.terminal, each.connection),
      connection: unless(each.connection, 'wye'),
      v_rated_kV: each.v_rated_kV,
      in_service: unless(each.inService, true),
    });
  const tables = {
    lines: feeder.lines.map((line) =>
      record({
        id: line.id,
        ...ends(line.from, line.to),
        length_km: line.length_km,
        r_ohm: writeMatrix(line.r_ohm),
        x_ohm: writeMatrix(line.x_ohm),
        g_S: matrixOrNone(line.g_S),
        b_S: matrixOrNone(line.b_S),
        i_max_A: line.i_max_A,
        closed_from: unless(line.closedFrom, true),
        closed_to: unless(line.closedTo, true),
      }),
    ),
    switches: feeder.switches.map((each) =>
      record({
        id: each.id,
        ...ends(each.from, each.to),
        closed: unless(each.closed, true),
        r_ohm: each.r_ohm,
        x_ohm: each.x_ohm,
        i_max_A: each.i_max_A,
      }),
    ),
    transformers: feeder.transformers.map(transformer),
    shunts: feeder.shunts.map((shunt) =>
      record({
        id: shunt.id,
        ...at(shunt.terminal, 'line'),
        g_S: shunt.g_S.every((g) => Object.is(g, 0)) ? undefined : writeMatrix(shunt.g_S),
        b_S: shunt.b_S.every((b) => Object.is(b, 0)) ? undefined : writeMatrix(shunt.b_S),
        steps_count: shunt.steps_count,
        closed_count: shunt.closed_count,
        q_rated_kvar: shunt.q_rated_kvar,
        in_service: unless(shunt.inService, true),
      }),
    ),
    loads: feeder.loads.map((load) => ({
      ...elements(load),
      ...record({
        p_kW: load.p_kW,
        q_kvar: load.q_kvar,
        ...lawRecord(load.pLaw, load.qLaw),
        v_min_pu: load.v_min_pu,
        v_max_pu: load.v_max_pu,
        v_low_pu: load.v_low_pu,
        ...beyondRecord(load.beyond),
      }),
      ...record({ ...load.profile }),
    })),
    generators: feeder.generators.map((each) => ({
      ...elements(each),
      ...record({
        p_kW: each.p_kW,
        q_kvar: each.q_kvar,
        v_set_pu: each.v_set_pu,
        q_min_kvar: each.q_min_kvar,
        q_max_kvar: each.q_max_kvar,
        v_min_pu: each.v_min_pu,
        v_max_pu: each.v_max_pu,
        ...(each.pLaw === undefined ? {} : oneLaw('p', each.pLaw)),
        ...(each.qLaw === undefined ? {} : oneLaw('q', each.qLaw)),
        ...beyondRecord(each.beyond),
      }),
      ...record({ ...each.profile }),
    })),
    inverters: feeder.inverters.map((each) => ({ ...elements(each), ...inverterRecord(each), ...record({ ...each.profile }) })),
    regulators: feeder.regulators.map((each) => record(regulatorRecord(each, buses))),
    capacitor_controls: feeder.capacitorControls.map((each) => record(capacitorControlRecord(each))),
    inverter_controls: feeder.inverterControls.map((each) => record(inverterControlRecord(each, buses))),
    profiles: feeder.profiles.map((each) =>
      record({ id: each.id, step_s: each.step_s, actual: unless(each.actual, false), p: each.p, q: each.q }),
    ),
  };
  return {
    gridflock: 'feeder/1',
    name: feeder.name,
    ...(feeder.source === undefined ? {} : { source: feeder.source }),
    frequency_Hz: feeder.frequency_Hz,
    buses: buses.map((bus) =>
      record({ id: bus.id, v_base_kV: bus.v_base_kV, v_min_pu: bus.v_min_pu, v_max_pu: bus.v_max_pu, x: bus.x, y: bus.y }),
    ),
    sources: feeder.sources.map((each) =>
      record({
        id: each.id,
        ...at(each.terminal, 'line'),
        e_kV: each.e_kV,
        angle_deg: each.angle_deg,
        r_ohm: matrixOrNone(each.r_ohm),
        x_ohm: matrixOrNone(each.x_ohm),
        in_service: unless(each.inService, true),
      }),
    ),
    ...Object.fromEntries(Object.entries(tables).filter(([, records]) => records.length > 0)),
  };
}

const windingRecord = (each: Winding, at: FeederRecord): FeederRecord =>
  record({
    ...at,
    connection: unless(each.connection, 'wye'),
    v_rated_kV: each.v_rated_kV,
    s_rated_kVA: each.s_rated_kVA,
    r_frac: each.r_frac,
    tap_pu: unless(each.tap_pu, 1),
    clock: each.clock,
    turn_deg: each.turn_deg,
    closed: each.closed,
    r_neutral_ohm: each.rNeutral_ohm,
    x_neutral_ohm: each.xNeutral_ohm,
    tap_min_pu: each.tapMin_pu,
    tap_max_pu: each.tapMax_pu,
    tap_steps_count: each.tapSteps_count,
  });

const inverterRecord = (each: Inverter): FeederRecord =>
  record({
    kind: unless(each.kind, 'pv'),
    s_rated_kVA: each.s_rated_kVA,
    p_kW: each.p_kW,
    p_rated_kW: each.p_rated_kW,
    q_kvar: each.q_kvar,
    power_factor_frac: each.powerFactor_frac,
    q_inject_max_kvar: each.qInject_max_kvar,
    q_absorb_max_kvar: each.qAbsorb_max_kvar,
    priority: unless(each.priority, 'watt'),
    v_min_pu: each.v_min_pu,
    v_max_pu: each.v_max_pu,
    ...storageRecord(each.storage),
  });

type Draft = Readonly<Record<string, FeederCell | undefined>>;

function storageRecord(storage: StorageOfInverter | undefined): Draft {
  if (storage === undefined) return {};
  const { triggers, inverterEta, ...numbers } = storage;
  return {
    ...numbers,
    inverter_eta_x: inverterEta?.x,
    inverter_eta_y: inverterEta?.y,
    charge_below_frac: triggers?.charge_frac,
    discharge_above_frac: triggers?.discharge_frac,
    charge_from_h: triggers?.charge_h,
  };
}

/** One word for both where there is one. */
function lawRecord(p: VoltageLaw, q: VoltageLaw): Draft {
  const word = wordOf(p);
  if (word !== undefined && word === wordOf(q)) return { law: unless(word, 'power') };
  return { ...oneLaw('p', p), ...oneLaw('q', q) };
}

const oneLaw = (quantity: 'p' | 'q', law: VoltageLaw): Draft =>
  'exponent' in law ? { [`${quantity}_exponent`]: law.exponent } : { [`${quantity}_zip`]: [law.z_frac, law.i_frac, law.p_frac] };

const beyondRecord = (beyond: BeyondLimits | undefined): Draft =>
  beyond === undefined
    ? {}
    : { p_beyond_exponent: beyond.pExponent, q_beyond_exponent: beyond.qExponent, steps_at_low: beyond.stepsAtLow ? true : undefined };

function wordOf(law: VoltageLaw): string | undefined {
  if ('exponent' in law) return undefined;
  const { z_frac, i_frac, p_frac } = law;
  if ([z_frac, i_frac, p_frac].filter((share) => Object.is(share, 0)).length !== 2) return undefined;
  return p_frac === 1 ? 'power' : i_frac === 1 ? 'current' : z_frac === 1 ? 'impedance' : undefined;
}

const matrixOrNone = (matrix: Matrix | undefined): FeederCell | undefined => (matrix === undefined ? undefined : writeMatrix(matrix));

const unless = <T>(value: T, otherwise: T): T | undefined => (value === otherwise ? undefined : value);

/** Without the keys that hold nothing. */
function record(draft: Draft): FeederRecord {
  const kept: Record<string, FeederCell> = {};
  for (const [key, value] of Object.entries(draft)) if (value !== undefined) kept[key] = value;
  return kept;
}
