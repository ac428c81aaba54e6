import type { RegulatorControl } from '../../../network/feeder/controls.ts';
import type { Transformer } from '../../../network/feeder/feeder.ts';
import type { WireSolver } from '../wire-solver.ts';
import type { PendingAction, StepControl } from './control.ts';
import { type Complex, conductorVoltage, endOfElement, phaseVoltages, sizeOf } from './measurements.ts';

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
 * Outside the band it moves the tap by 0.7 of the steps that would bring the voltage to its set point (at least one, at most `tapsPerChange_count`), and looks again.
 * A tap on the measured winding raises its voltage with more turns, a tap on another winding lowers it.
 * Backwards (more than a thousandth of the rating from the load's side into the winding): reverse settings where given, no move where it is reversible without
 * them, and forward settings where it does not know the direction.
 * @source Kersting, Distribution System Modeling and Analysis (4th ed.), sections 7.4 and 7.5
 */
export function regulatorControl(solver: WireSolver, control: RegulatorControl): StepControl | undefined {
  const { feeder, settings } = solver;
  const t = feeder.transformers.findIndex(({ id }) => id === control.transformer);
  if (t < 0 || !control.enabled) return undefined;
  const transformer = feeder.transformers[t];
  const measured = transformer.windings[control.windingMeasured];
  const moved = transformer.windings[control.windingMoved];
  const end = endOfElement(solver, transformer.id, control.windingMeasured);
  const { tapMin_pu = 0.9, tapMax_pu = 1.1 } = moved;
  const step_pu = (tapMax_pu - tapMin_pu) / (moved.tapSteps_count ?? 32);
  const direction = control.windingMeasured === control.windingMoved ? 1 : -1;
  const v_coil_V = coilVoltage(transformer, control.windingMeasured);

  const pending = (): PendingAction | undefined => {
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

    const tap_pu = settings.tap_pu[t][control.windingMoved];
    const missing_count = Math.round(Math.abs((miss_V * control.ptRatio) / v_coil_V / step_pu));
    const wanted_count = Math.max(1, Math.floor(APPROACH_FRAC * missing_count + ROUNDING));
    const limited = Math.min(wanted_count, Math.max(1, control.tapsPerChange_count));
    const change = direction * Math.sign(miss_V) * limited * step_pu;
    const next_pu = clampTap(tap_pu + change, tapMin_pu, tapMax_pu, step_pu);
    if (Math.abs(next_pu - tap_pu) < step_pu / 2) return undefined;
    return {
      control: control.id,
      delay_s: control.delay_s,
      text: `Regulator "${control.id}" sees ${v_V.toFixed(2)} V (set ${active.v_set_V} V, band ${active.band_V} V): tap of "${transformer.id}" ${tap_pu.toFixed(5)} → ${next_pu.toFixed(5)}`,
      apply: () => solver.setTap(t, control.windingMoved, next_pu),
    };
  };
  return { id: control.id, pending };
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
