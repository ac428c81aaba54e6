import type { Terminal, Transformer, Winding } from '../../../network/feeder/feeder.ts';
import { clockOf } from '../../../network/feeder/transformer-wiring.ts';
import { numbersText, numberText, percentText, type ScriptText } from './script-text.ts';

/** Conductors that star points behind an impedance get, where OpenDSS needs a node. */
const starFrom = 950;

export function writeTransformers(script: ScriptText): void {
  for (const transformer of script.feeder.transformers) {
    reportLosses(script, transformer);
    const { cores_count, windings } = transformer;
    const inPhases = cores_count === 3 && windings.every(({ connection }) => connection === 'wye' || connection === 'delta');
    const wiring = inPhases ? threePhaseWiring(transformer) : undefined;
    if (wiring !== undefined) writeThreePhase(script, transformer, wiring);
    else writeCores(script, transformer);
  }
}

function reportLosses(script: ScriptText, transformer: Transformer): void {
  const lost = (reason: string): void => script.lost('transformer', transformer.id, reason);
  if (!transformer.inService) lost('it is out of service, which a script does not keep');
  for (const [w, { turn_deg = 0 }] of transformer.windings.entries()) {
    if (turn_deg !== 0) lost(`winding ${w + 1} is turned by ${turn_deg}°, which has no place`);
  }
  if (transformer.zeroSequence !== undefined) lost('its stated zero-sequence behaviour has no place; that of its windings counts');
  const magnetises = (transformer.noLoadLoss_frac ?? 0) !== 0 || (transformer.magnetising_frac ?? 0) !== 0;
  const at = transformer.magnetisingAt ?? 'last';
  const isSecond = at === 'second' || (at === 'last' && transformer.windings.length === 2);
  if (magnetises && !isSecond) lost('its magnetising branch stands at winding 2 in OpenDSS');
  if (transformer.windings.some(({ connection }) => connection === 'zigzag')) lost('a zigzag winding has no place; it is written as a wye');
}

interface Wiring {
  readonly leadLag: 'lag' | 'lead';
  /** By how many phases the conductors of each winding are moved on. */
  readonly shifts: readonly number[];
}

/**
 * OpenDSS knows a lag or lead of 30° between windings 1 and 2 where one is a delta, and nothing else; moving the phases on adds four hours. Undefined where neither fits.
 */
function threePhaseWiring(transformer: Transformer): Wiring | undefined {
  const { windings } = transformer;
  const wanted = windings.map((_, w) => clockOf(transformer, w));
  for (const leadLag of ['lag', 'lead'] as const) {
    const [first, second] = windings;
    const isMixed = (first.connection === 'delta') !== (second.connection === 'delta');
    const high = first.v_rated_kV >= second.v_rated_kV ? first : second;
    const turned = isMixed && (high.connection === 'delta') !== (leadLag === 'lead');
    const hours = windings.map(({ connection }) => (connection === 'delta' ? (turned ? 11 : 1) : 0));
    const rest = hours.map((h, w) => (((wanted[w] - (h - hours[0])) % 12) + 12) % 12);
    if (rest.every((h) => h % 4 === 0)) return { leadLag, shifts: rest.map((h) => h / 4) };
  }
  return undefined;
}

function writeThreePhase(script: ScriptText, transformer: Transformer, { leadLag, shifts }: Wiring): void {
  const name = script.nameFor('transformer', transformer.id);
  const terminals = transformer.windings.map((winding, w) => {
    const neutral = neutralOf(winding, w);
    const phases = winding.terminal.conductors.slice(0, 3);
    // a winding that lags by four hours more has the phases of the one before
    const moved = phases.map((_, k) => phases[(k + 3 - shifts[w]) % 3]);
    return { bus: winding.terminal.bus, conductors: [...moved, ...(neutral === undefined ? [] : [neutral])] };
  });
  putTransformer(script, name, transformer, 3, terminals, {
    conns: `[${transformer.windings.map(({ connection }) => connection).join(' ')}]`,
    ...(leadLag === 'lag' ? {} : { leadlag: leadLag }),
  });
  transformer.windings.forEach((winding, w) => writeStarImpedance(script, transformer, winding, w));
}

/** The node of the star point: its conductor, or one of its own where an impedance stands between or it is brought out nowhere. */
function neutralOf({ connection, terminal, rNeutral_ohm, xNeutral_ohm }: Winding, w: number): number | undefined {
  if (connection === 'delta') return undefined;
  const isOut = terminal.conductors.length === 4;
  return isOut && (rNeutral_ohm ?? 0) === 0 && (xNeutral_ohm ?? 0) === 0 ? terminal.conductors[3] : starFrom + w;
}

function writeStarImpedance(script: ScriptText, { id }: Transformer, winding: Winding, w: number): void {
  const { terminal, rNeutral_ohm = 0, xNeutral_ohm = 0 } = winding;
  if (neutralOf(winding, w) !== starFrom + w || terminal.conductors.length < 4) return;
  script.put(`New Reactor.${script.nameFor('reactor', `reactor.${id}_star${w + 1}`)}`, {
    phases: 1,
    bus1: script.terminal({ bus: terminal.bus, conductors: [starFrom + w] }),
    bus2: script.terminal({ bus: terminal.bus, conductors: [terminal.conductors[3]] }),
    r: rNeutral_ohm,
    x: xNeutral_ohm,
  });
}

/** Core by core as transformers of one phase, in a bank where there are more. */
function writeCores(script: ScriptText, transformer: Transformer): void {
  const { cores_count: cores, windings, id } = transformer;
  if (cores > 1) script.lost('transformer', id, `it is written as ${cores} transformers of one phase in a bank`);
  for (let core = 0; core < cores; core++) {
    const name = core === 0 ? script.nameFor('transformer', id) : script.nameFor('transformer', `${id}_${core + 1}`, 'core');
    const terminals = windings.map(
      (winding, w): Terminal => ({ bus: winding.terminal.bus, conductors: coilEnds(transformer, winding, w, core) }),
    );
    const share: Transformer = {
      ...transformer,
      windings: windings.map((winding) => ({
        ...winding,
        s_rated_kVA: winding.s_rated_kVA / cores,
        v_rated_kV:
          winding.v_rated_kV / (cores > 1 && (winding.connection === 'wye' || winding.connection === 'zigzag') ? Math.sqrt(3) : 1),
      })),
    };
    putTransformer(script, name, share, 1, terminals, cores > 1 ? { bank: name.replace(/_\d+$/, '') } : {});
  }
}

/** Conductors at the two ends of the coil that stands on a core, with the displacement of its winding. */
function coilEnds(transformer: Transformer, winding: Winding, w: number, core: number): [number, number] {
  const { connection, terminal } = winding;
  const { conductors } = terminal;
  const n = transformer.cores_count;
  const hours = n === 3 ? clockOf(transformer, w) : (winding.clock ?? 0);
  const isOdd = connection === 'delta' || connection === 'zigzag';
  const even = hours - (isOdd && n === 3 ? 1 : 0) + (n === 3 && isOddFirst(transformer) ? 1 : 0);
  const isReversed = ((even % 4) + 4) % 4 === 2;
  const moved = (((even + (isReversed ? 6 : 0)) % 12) + 12) % 12;
  const phase = n === 3 ? (core - moved / 4 + 3) % 3 : core;
  const star = conductors.length > n ? conductors[n] : starFrom + w;
  const ends: [number, number] =
    connection === 'coils'
      ? [conductors[2 * phase], conductors[2 * phase + 1]]
      : connection === 'delta'
        ? [conductors[phase], conductors[(phase + 1) % conductors.length]]
        : [conductors[phase], star];
  return isReversed ? [ends[1], ends[0]] : ends;
}

const isOddFirst = ({ windings }: Transformer): boolean => windings[0].connection === 'delta' || windings[0].connection === 'zigzag';

function putTransformer(
  script: ScriptText,
  name: string,
  transformer: Transformer,
  phases: number,
  terminals: readonly Terminal[],
  more: Readonly<Record<string, string>>,
): void {
  const { windings, x_frac } = transformer;
  const x = x_frac.map(percentText);
  const reactances = x.length <= 3 ? { xhl: x[0], ...(x.length === 3 ? { xht: x[1], xlt: x[2] } : {}) } : { xscarray: `[${x.join(' ')}]` };
  script.put(`New Transformer.${name}`, {
    phases,
    windings: windings.length,
    buses: `[${terminals.map((terminal) => script.terminal(terminal)).join(' ')}]`,
    ...more,
    kvs: numbersText(windings.map(({ v_rated_kV }) => v_rated_kV)),
    kvas: numbersText(windings.map(({ s_rated_kVA }) => s_rated_kVA)),
    taps: numbersText(windings.map(({ tap_pu }) => tap_pu)),
    '%rs': `[${windings.map(({ r_frac }) => percentText(r_frac)).join(' ')}]`,
    ...reactances,
    '%noloadloss': percentText(transformer.noLoadLoss_frac ?? 0),
    '%imag': percentText(transformer.magnetising_frac ?? 0),
    ppm_antifloat: (transformer.antifloat_frac ?? 5e-7) / 0.5e-6,
    ...(transformer.inService ? {} : { enabled: false }),
  });
  windings.forEach(({ tapMin_pu = 0.9, tapMax_pu = 1.1, tapSteps_count = 32 }, w) => {
    if (tapMin_pu === 0.9 && tapMax_pu === 1.1 && tapSteps_count === 32) return;
    script.lines.push(`~ wdg=${w + 1} mintap=${numberText(tapMin_pu)} maxtap=${numberText(tapMax_pu)} numtaps=${tapSteps_count}`);
  });
  windings.forEach(({ closed = true }, w) => {
    if (!closed) script.put(`Open Transformer.${name} ${w + 1}`, {});
  });
}
