import type { RegulatorControl } from '../../../network/feeder/controls.ts';
import type { Transformer } from '../../../network/feeder/feeder.ts';
import type { WireSolver } from '../wire-solver.ts';
import type { PendingAction, StepControl } from './control.ts';
import type { ControlClock } from './control-clock.ts';
import { type Complex, conductorVoltage, endOfElement, phaseVoltages, sizeOf } from './measurements.ts';
import { TapQueue } from './tap-queue.ts';

/** Active power that has to flow backwards before a reversible regulator changes over, as a part of the winding's rating. */
const REVERSE_FRAC = 1e-3;

/**
 * Share of the missing steps that is taken at once: regulators in series each see what the others are about to correct too. OpenDSS takes the same share,
 * found by moving one regulator with it from 1 to 23 missing steps.
 */
const APPROACH_FRAC = 0.7;
const ROUNDING = 1e-9;

/**
 * A voltage regulator with line-drop compensation:
 *
 *   V_relay = |V/ptRatio + (R + jX)·I/ctRating|,   I from the bus into the measured winding
 *
 * Outside the band, after `delay_s`:
 *
 * | delay | moves the tap by | then |
 * |---|---|---|
 * | over within the step, as that between taps | 0.7 of the steps that would bring the voltage to its set point (at least one, at most `tapsPerChange_count`) | looks again |
 * | one of them longer than the step | one step (all that are missing where `tapDelay_s` is 0), if at least half of one is missing | one more after each `tapDelay_s` while steps are missing |
 *
 * What it waits for, and when that is forgotten: tap-queue.ts.
 * A tap on the measured winding raises its voltage with more turns, a tap on another winding lowers it.
 * Backwards (more than a thousandth of the rating from the load's side into the winding): reverse settings where given, no move where it is reversible without
 * them, and forward settings where it does not know the direction.
 * @source Kersting, Distribution System Modeling and Analysis (4th ed.), sections 7.4 and 7.5; the two rows as OpenDSS has them in its control modes static and time,
 *   found by measuring
 */
export function regulatorControl(solver: WireSolver, control: RegulatorControl, clock: ControlClock): StepControl | undefined {
  const { feeder, settings } = solver;
  const t = feeder.transformers.findIndex(({ id }) => id === control.transformer);
  if (t < 0 || !control.enabled) return undefined;
  const transformer = feeder.transformers[t];
  const measured = transformer.windings[control.windingMeasured];
  const moved = transformer.windings[control.windingMoved];
  const end = endOfElement(solver, 'transformer', transformer.id, control.windingMeasured);
  const { tapMin_pu = 0.9, tapMax_pu = 1.1 } = moved;
  const step_pu = (tapMax_pu - tapMin_pu) / (moved.tapSteps_count ?? 32);
  const direction = control.windingMeasured === control.windingMoved ? 1 : -1;
  const v_coil_V = coilVoltage(transformer, control.windingMeasured);
  const queue = new TapQueue(clock);
  const isPrompt = (): boolean => clock.passes(control.delay_s) && clock.passes(control.tapDelay_s);

  /** What it sees, and how many steps (with their sign) are missing; undefined inside the band. */
  const look = (): Sight | undefined => {
    if (!transformer.inService || end === undefined) return undefined;
    const local = phaseVoltages(solver, measured.terminal, measured.connection);
    const currents = end.currents();
    const isBackwards = control.reversible && powerInto(local, currents) > REVERSE_FRAC * measured.s_rated_kVA * 1000;
    if (isBackwards && control.reverse === undefined) return undefined;
    const active = isBackwards && control.reverse !== undefined ? control.reverse : control;
    const v_V = relayVoltage(solver, control, active, local, currents);
    if (v_V === undefined || v_V === 0) return undefined;
    const local_V = pick(local.map(sizeOf), control.phase) / control.ptRatio;
    let miss_V = active.v_set_V - v_V;
    if (control.v_limit_V !== undefined && control.v_limit_V > 0) {
      const room_V = control.v_limit_V - local_V;
      if (room_V < 0) miss_V = Math.min(miss_V, room_V);
      else if (miss_V > room_V) miss_V = room_V >= (step_pu * v_coil_V) / control.ptRatio ? room_V : 0;
      if (room_V >= 0 && Math.abs(miss_V) <= active.band_V / 2) return undefined;
    } else if (Math.abs(miss_V) <= active.band_V / 2) return undefined;
    return { v_V, active, missing: (miss_V * control.ptRatio) / v_coil_V / step_pu };
  };

  /** Steps of the tap that are taken now, of those that are missing. */
  const stepsNow = (missing_count: number): number => {
    if (isPrompt()) {
      const wanted_count = Math.max(1, Math.floor(APPROACH_FRAC * missing_count + ROUNDING));
      return Math.min(wanted_count, Math.max(1, control.tapsPerChange_count));
    }
    const come_count = queue.waiting_count(control.delay_s);
    return come_count > 0 && control.tapDelay_s === 0 ? missing_count : Math.min(come_count, missing_count);
  };

  const pending = (): PendingAction | undefined => {
    const sight = look();
    const tap_pu = settings.tap_pu[t][control.windingMoved];
    const towards = direction * Math.sign(sight?.missing ?? 0);
    const missing_count = sight === undefined ? 0 : Math.round(Math.abs(sight.missing));
    const isAtEnd = clampTap(tap_pu + towards * step_pu, tapMin_pu, tapMax_pu, step_pu) === clampTap(tap_pu, tapMin_pu, tapMax_pu, step_pu);
    if (sight === undefined || (missing_count === 0 && !isPrompt())) {
      queue.rest();
      return undefined;
    }
    if (isAtEnd) {
      queue.atEnd(missing_count, control.tapDelay_s);
      return undefined;
    }
    const count = stepsNow(missing_count);
    if (count === 0) return undefined;
    const next_pu = clampTap(tap_pu + towards * count * step_pu, tapMin_pu, tapMax_pu, step_pu);
    const { v_V, active } = sight;
    return {
      control: control.id,
      delay_s: isPrompt() ? control.delay_s : 0,
      text: `Regulator "${control.id}" sees ${v_V.toFixed(2)} V (set ${active.v_set_V} V, band ${active.band_V} V): tap of "${transformer.id}" ${tap_pu.toFixed(5)} → ${next_pu.toFixed(5)}`,
      apply: () => {
        solver.setTap(t, control.windingMoved, next_pu);
        if (!isPrompt()) queue.moved(count, missing_count, control.tapDelay_s);
      },
    };
  };
  return { id: control.id, pending, reset: () => queue.clear() };
}

interface Sight {
  readonly v_V: number;
  readonly active: Pick<RegulatorControl, 'v_set_V' | 'band_V'>;
  readonly missing: number;
}

/** Nearest step within the range: taps are counted from 1, so that rounding does not add up. */
function clampTap(tap_pu: number, min_pu: number, max_pu: number, step_pu: number): number {
  const position = Math.round((Math.min(max_pu, Math.max(min_pu, tap_pu)) - 1) / step_pu);
  return 1 + position * step_pu;
}

function relayVoltage(
  solver: WireSolver,
  control: RegulatorControl,
  active: { readonly r_V: number; readonly x_V: number },
  local: readonly Complex[],
  currents: readonly Complex[],
): number | undefined {
  if (control.remote !== undefined) return sizeOf(conductorVoltage(solver, control.remote.bus, control.remote.conductor)) / control.ptRatio;
  if (local.length === 0) return undefined;
  const compensated = local.map((v, k) => {
    const i = currents[k] ?? [0, 0];
    const perAmpere = control.ctRating_A > 0 ? 1 / control.ctRating_A : 0;
    return Math.hypot(
      v[0] / control.ptRatio + (active.r_V * i[0] - active.x_V * i[1]) * perAmpere,
      v[1] / control.ptRatio + (active.r_V * i[1] + active.x_V * i[0]) * perAmpere,
    );
  });
  return pick(compensated, control.phase);
}

function pick(values: readonly number[], phase: RegulatorControl['phase']): number {
  if (phase === 'max') return Math.max(...values);
  if (phase === 'min') return Math.min(...values);
  return values[phase ?? 0] ?? values[0];
}

/** Σ Re(v·conj(i)) over the phases, W. */
function powerInto(v: readonly Complex[], i: readonly Complex[]): number {
  return v.reduce((sum, [re, im], k) => sum + re * (i[k]?.[0] ?? 0) + im * (i[k]?.[1] ?? 0), 0);
}

/** Rated voltage across what the relay measures. */
function coilVoltage({ windings, cores_count }: Transformer, w: number): number {
  const { connection, v_rated_kV } = windings[w];
  const isBetweenPhases = cores_count > 1 && (connection === 'wye' || connection === 'zigzag');
  return (v_rated_kV * 1000) / (isBetweenPhases ? Math.sqrt(3) : 1);
}
