import type { Terminal, Winding } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { conductorsOf, phasesUpTo } from './bus-name.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { openConductors } from './open.ts';
import { type WindingDraft, WindingReplay } from './winding-replay.ts';

/**
 * Transformer and AutoTrans → `Transformer`. Resistances and reactances count on the rating of winding 1, as in OpenDSS; the core's losses stand
 * at winding 2.
 *
 * An autotransformer becomes one with separate windings of the same voltages to earth: what it shows at its terminals is the short-circuit
 * impedances between them, and those are what it is given by.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_UNKNOWN_NAME, OPENDSS_BUS, OPENDSS_QUOTE
 */
export function makeTransformer(draft: FeederDraft, object: DssObject, isAuto: boolean): void {
  const replay = new WindingReplay(isAuto);
  replay.replay(object, draft.script);
  if (!isEnabled(object)) return;
  const cores_count = replay.phases_count as 1 | 2 | 3;
  const terminals = replay.windings.map((winding, w) => terminalOf(draft, object, winding, w, cores_count));
  const opened = openConductors(draft, object, terminals);
  const clocks = clocksOf(replay);
  const isTurned = deltaIsTurned(replay);
  const resistances = isAuto ? resistancesOfAuto(replay, draft, object) : replay.windings.map(({ r_pct }) => r_pct);
  const windings = replay.windings.map((winding, w): Winding => {
    const made = makeWinding(winding, cores_count, opened.terminals[w], clocks[w], isTurned, resistances[w] / 100);
    return opened.whole[w] ? { ...made, closed: false } : made;
  });
  draft.transformers.push({
    id: draft.made(object),
    cores_count,
    windings,
    x_frac: replay.x_pct.map((x) => x / 100),
    noLoadLoss_frac: replay.noLoadLoss_pct / 100,
    magnetising_frac: replay.magnetising_pct / 100,
    magnetisingAt: windings.length === 1 ? 'first' : 'second',
    antifloat_frac: replay.antifloat_ppm * 0.5e-6,
    inService: true,
  });
  replay.windings.forEach((winding, w) => earthNeutral(draft, object, winding, w, terminals[w]));
}

/** Wye of n phases: the phases and a neutral, earthed unless the bus says otherwise. Delta of one or two phases has an end more than phases. */
function terminalOf(draft: FeederDraft, object: DssObject, winding: WindingDraft, w: number, cores: number): Terminal {
  const ends_count = winding.connection === 'delta' && cores === 3 ? 3 : cores + 1;
  const usual = [...phasesUpTo(cores), 0].slice(0, ends_count);
  const own = `${object.name}_${w + 1}`.replaceAll('.', '_');
  if (winding.bus === undefined) draft.warn(object, `has no bus for winding ${w + 1}; it ends at a bus of its own, "${own}"`);
  const name = winding.bus ?? { bus: own, nodes: [] };
  return { bus: draft.bus(name.bus), conductors: conductorsOf(name, usual) };
}

function makeWinding(winding: WindingDraft, cores: number, terminal: Terminal, clock: number, isTurned: boolean, r_frac: number): Winding {
  const rest = {
    s_rated_kVA: winding.s_kVA,
    r_frac,
    tap_pu: winding.tap_pu,
    tapMin_pu: winding.tapMin_pu,
    tapMax_pu: winding.tapMax_pu,
    tapSteps_count: winding.taps_count,
  };
  if (cores === 3)
    return { connection: winding.connection === 'delta' ? 'delta' : 'wye', terminal, v_rated_kV: winding.v_kV, clock, ...rest };
  const { conductors } = terminal;
  const isPhase = cores === 2 && winding.connection === 'wye';
  return {
    connection: 'coils',
    terminal: { bus: terminal.bus, conductors: winding.connection === 'delta' ? deltaCoils(conductors, isTurned) : wyeCoils(conductors) },
    v_rated_kV: winding.v_kV / (isPhase ? Math.sqrt(3) : 1),
    ...rest,
  };
}

/**
 * OpenDSS counts the resistances of an autotransformer between its coils: series to common in the ratio of VH²/(VH − VX)², both to the third winding as
 * they stand. Between the terminals H, X and T that is
 *
 *     r_HX = r1 + r2     r_XT = r2 + r3     r_HT = (r1 + r3 + r_XT·VX/(VH − VX) − r_HX·VH·VX/(VH − VX)²)·(VH − VX)/VH
 *
 * which the windings share. Where a winding would come out negative they keep what was said.
 * @source Dommel, EMTP Theory Book, section 6.7 (the relation of the impedances)
 */
function resistancesOfAuto({ windings }: WindingReplay, draft: FeederDraft, object: DssObject): number[] {
  const said = windings.map(({ r_pct }) => r_pct);
  if (windings.length !== 3) return said;
  const [r1, r2, r3] = said;
  const [high, low] = windings.map(({ v_kV }) => v_kV);
  const series = high - low;
  const [hx, xt] = [r1 + r2, r2 + r3];
  const ht = ((r1 + r3 + (xt * low) / series - (hx * high * low) / (series * series)) * series) / high;
  const shares = [(hx + ht - xt) / 2, (hx + xt - ht) / 2, (ht + xt - hx) / 2];
  if (shares.every((r) => r >= 0)) return shares;
  draft.warn(object, 'has resistances that its terminals do not show; they are taken between the terminals instead');
  return said;
}

/** From each phase to the last conductor. */
const wyeCoils = (conductors: readonly number[]): number[] => conductors.slice(0, -1).flatMap((c) => [c, conductors.at(-1)!]);

/** From each conductor to the next or, turned, to the one before; two conductors have one coil. */
function deltaCoils(conductors: readonly number[], isTurned: boolean): number[] {
  const n = conductors.length;
  const coils: number[] = [];
  for (let k = 0; k < n - 1; k++) coils.push(conductors[k], conductors[(k + (isTurned && n > 2 ? n - 1 : 1)) % n]);
  return coils;
}

/**
 * Whether the coils of all deltas of the transformer go backwards (a to c, b to a): where one of windings 1 and 2 is a delta and the other is not, so that the
 * lower of their voltages lags the higher by 30°, or leads with `leadlag=lead`. Where both are alike they go forwards, whatever is said.
 */
function deltaIsTurned({ windings, isLead }: WindingReplay): boolean {
  const [first, second] = windings;
  if (second === undefined || (first.connection === 'delta') === (second.connection === 'delta')) return false;
  const high = first.v_kV >= second.v_kV ? first : second;
  return (high.connection === 'delta') !== isLead;
}

/** Hours behind winding 1. A delta from a to b lags a wye on the same cores by one hour, turned it leads by one. */
function clocksOf(replay: WindingReplay): number[] {
  const hours = replay.windings.map(({ connection }) => (connection === 'delta' ? (deltaIsTurned(replay) ? 11 : 1) : 0));
  return hours.map((h) => (h - hours[0] + 12) % 12);
}

/** `rneut` and `xneut` join the conductor of a star point to earth; they mean nothing where that conductor is earth. */
function earthNeutral(draft: FeederDraft, object: DssObject, winding: WindingDraft, w: number, terminal: Terminal): void {
  const neutral = terminal.conductors.at(-1)!;
  if (winding.connection !== 'wye' || winding.rNeutral_ohm < 0 || neutral === 0) return;
  const { rNeutral_ohm: r, xNeutral_ohm: x } = winding;
  const size = r * r + x * x;
  // no impedance at all is a micro-ohm
  const [g, b] = size === 0 ? [1e6, 0] : [r / size, -x / size];
  draft.shunts.push({
    id: `${draft.made(object)}.neutral${w + 1}`,
    terminal: { bus: terminal.bus, conductors: [neutral] },
    g_S: [g],
    b_S: [b],
    inService: true,
  });
}
