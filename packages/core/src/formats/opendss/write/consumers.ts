import type { BeyondLimits, Load, PhaseGenerator, ProfileUse, Terminal, VoltageLaw } from '../../../network/feeder/feeder.ts';
import { numbersText, type ScriptText } from './script-text.ts';

type Elements = Pick<Load, 'id' | 'connection' | 'terminal' | 'v_rated_kV' | 'p_kW' | 'q_kvar'>;

export function writeLoads(script: ScriptText): void {
  for (const load of script.feeder.loads) {
    if (!load.inService) script.lost('load', load.id, 'it is out of service, which a script does not keep');
    const law = loadModel(script, load);
    for (const part of partsOf(load)) {
      script.put(`New Load.${script.nameFor('load', part.id)}`, {
        ...placeOf(script, part),
        kw: total(part.p_kW),
        kvar: total(part.q_kvar),
        ...law,
        vminpu: load.v_min_pu ?? 0,
        vmaxpu: load.v_max_pu ?? 1000,
        vlowpu: load.v_low_pu ?? 0,
        ...profileWords(script, load.profile),
        ...(load.inService ? {} : { enabled: false }),
      });
    }
  }
}

export function writeGenerators(script: ScriptText): void {
  for (const generator of script.feeder.generators) {
    if (!generator.inService) script.lost('generator', generator.id, 'it is out of service, which a script does not keep');
    const model = generatorModel(script, generator);
    for (const part of partsOf(generator)) {
      const holds = generator.v_set_pu !== undefined;
      script.put(`New Generator.${script.nameFor('generator', part.id)}`, {
        ...placeOf(script, part),
        kw: total(part.p_kW),
        kvar: total(part.q_kvar),
        model,
        ...(holds ? { vpu: generator.v_set_pu, maxkvar: generator.q_max_kvar ?? 1e9, minkvar: generator.q_min_kvar ?? -1e9 } : {}),
        vminpu: generator.v_min_pu ?? 0,
        vmaxpu: generator.v_max_pu ?? 1000,
        ...profileWords(script, generator.profile),
        ...(generator.inService ? {} : { enabled: false }),
      });
    }
  }
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Whole where all elements are alike, else element by element. */
function partsOf(element: Elements): Elements[] {
  const { p_kW, q_kvar, connection, terminal } = element;
  if (p_kW.every((p, k) => p === p_kW[0] && q_kvar[k] === q_kvar[0])) return [element];
  const { conductors } = terminal;
  return p_kW.map((p, k): Elements => {
    const other = connection === 'wye' ? conductors.at(-1)! : conductors[(k + 1) % conductors.length];
    const at: Terminal = { bus: terminal.bus, conductors: [conductors[k], other] };
    return { ...element, id: k === 0 ? element.id : `${element.id}.${k + 1}`, terminal: at, p_kW: [p], q_kvar: [q_kvar[k]] };
  });
}

/** Bus, phases, connection and voltage, as loads, generators and inverters say them. */
export function placeOf(script: ScriptText, { connection, terminal, v_rated_kV }: Pick<Load, 'connection' | 'terminal' | 'v_rated_kV'>) {
  const count = terminal.conductors.length;
  const phases = connection === 'wye' ? count - 1 : count === 2 ? 1 : count;
  return {
    bus1: script.terminal(terminal),
    phases,
    ...(connection === 'delta' ? { conn: 'delta' } : {}),
    kv: v_rated_kV * (connection === 'wye' && phases > 1 ? Math.sqrt(3) : 1),
  };
}

export function profileWords(script: ScriptText, use: ProfileUse | undefined): Record<string, string> {
  const words: Record<string, string> = {};
  for (const mode of ['daily', 'yearly', 'duty'] as const) {
    const id = use?.[mode];
    if (id !== undefined) words[mode] = script.elementName('loadshape', `loadshape.${id}`)?.slice('loadshape.'.length) ?? id;
  }
  return words;
}

/** Constant power, current or impedance as an exponent; undefined for a mixture. */
function exponentOf(law: VoltageLaw): number | undefined {
  if ('exponent' in law) return law.exponent;
  if (law.p_frac === 1 && law.i_frac === 0 && law.z_frac === 0) return 0;
  if (law.i_frac === 1 && law.p_frac === 0 && law.z_frac === 0) return 1;
  return law.z_frac === 1 && law.p_frac === 0 && law.i_frac === 0 ? 2 : undefined;
}

interface LoadModel {
  readonly model: number;
  readonly cvrwatts?: number;
  readonly cvrvars?: number;
  readonly zipv?: string;
}

/** What the models of OpenDSS whose power jumps are outside their limits; all others stay on their law. */
const jumpsOf: Readonly<Record<number, BeyondLimits>> = {
  3: { pExponent: 0, qExponent: 0, stepsAtLow: false },
  4: { pExponent: 0, qExponent: 0, stepsAtLow: false },
  6: { pExponent: 0, qExponent: 2, stepsAtLow: true },
  7: { pExponent: 0, qExponent: 2, stepsAtLow: true },
};

function loadModel(script: ScriptText, load: Load): LoadModel {
  const chosen = modelByLaw(script, load);
  if (!isSameBeyond(load, jumpsOf[chosen.model]))
    script.lost('load', load.id, 'outside its limits of voltage it behaves as its model in OpenDSS does, not as stated here');
  return chosen;
}

/** Whether a load is beyond the limits that it has what a model is there; without `jump`: stays on its law. */
function isSameBeyond({ pLaw, qLaw, v_min_pu, v_max_pu, v_low_pu, beyond }: Load, jump: BeyondLimits | undefined): boolean {
  if (v_min_pu === undefined && v_max_pu === undefined) return true;
  const p = (of: BeyondLimits | undefined) => of?.pExponent ?? exponentOf(pLaw);
  const q = (of: BeyondLimits | undefined) => of?.qExponent ?? exponentOf(qLaw);
  const isLowAlike = v_low_pu === undefined || (beyond?.stepsAtLow ?? false) === (jump?.stepsAtLow ?? false);
  return p(beyond) === p(jump) && q(beyond) === q(jump) && isLowAlike;
}

function modelByLaw(script: ScriptText, { id, pLaw, qLaw, v_low_pu, beyond }: Load): LoadModel {
  const [p, q] = [exponentOf(pLaw), exponentOf(qLaw)];
  const stated = 'exponent' in pLaw && 'exponent' in qLaw;
  if (p !== undefined && q !== undefined) {
    if (!stated && p === 0 && q === 0) return { model: beyond?.qExponent === 2 ? 6 : 1 };
    if (!stated && p === 2 && q === 2) return { model: 2 };
    if (!stated && p === 1 && q === 1) return { model: 5 };
    if (!stated && p === 0 && q === 2)
      return { model: beyond?.qExponent === 0 || (beyond === undefined && v_low_pu !== undefined) ? 3 : 7 };
    if (stated) return { model: 4, cvrwatts: p, cvrvars: q };
  }
  if ('exponent' in pLaw || 'exponent' in qLaw) {
    if (p !== undefined && q !== undefined) return { model: 4, cvrwatts: p, cvrvars: q };
    script.lost('load', id, 'one of its powers follows an exponent, the other a mixture; constant power is written');
    return { model: 1 };
  }
  return { model: 8, zipv: numbersText([pLaw.z_frac, pLaw.i_frac, pLaw.p_frac, qLaw.z_frac, qLaw.i_frac, qLaw.p_frac, 0]) };
}

function generatorModel(script: ScriptText, { id, v_set_pu, pLaw, qLaw, beyond }: PhaseGenerator): number {
  if (v_set_pu !== undefined) return 3;
  const [p, q] = [pLaw === undefined ? 0 : exponentOf(pLaw), qLaw === undefined ? 0 : exponentOf(qLaw)];
  if (p === 0 && q === 0) return beyond?.qExponent === 2 ? 4 : 1;
  if (p === 2 && q === 2) return 2;
  if (p === 0 && q === 2) return 5;
  script.lost('generator', id, 'its law of voltage has no model; constant power is written');
  return 1;
}
