import type { CapacitorControl } from '../../../network/feeder/controls.ts';
import type { WireSolver } from '../wire-solver.ts';
import type { PendingAction, StepControl } from './control.ts';
import { type ControlClock, ControlTimer } from './control-clock.ts';
import { type Complex, endOfElement, sizeOf, voltagesToEarth } from './measurements.ts';

/**
 * A control that closes or opens one step of a capacitor when what it measures passes its settings.
 *
 * | kind | measures | closes | opens |
 * |---|---|---|---|
 * | voltage | |V|/ptRatio, to earth | below `on` | above `off` |
 * | current | |I|/ctRatio | above `on` | below `off` |
 * | kvar | Σ Q of the phases | above `on` | below `off` |
 * | powerFactor | pf, 2 − pf where it leads | below `on` | above `off` |
 * | time | hour of the day | from `on` | from `off` |
 *
 * The voltage override acts before all of these: closes below its minimum, opens above its maximum. It acts when it has wished so for its delay; what opened
 * closes at the earliest `dead_s` and the delay later:
 *
 *   delay = delayOff (to open),   max(delayOn, dead + delayOn − (now − last opened))  (to close)
 *
 * A delay that is over within the step of a series (or in a snapshot) only says who acts first.
 * @source settings as OpenDSS and GridLAB-D have them for switched capacitors; the delay after dead time as OpenDSS has it, found by measuring
 */
export function capacitorControl(solver: WireSolver, control: CapacitorControl, clock: ControlClock): StepControl | undefined {
  const { feeder, settings } = solver;
  const s = feeder.shunts.findIndex(({ id }) => id === control.shunt);
  const shunt = feeder.shunts[s];
  const { monitored } = control;
  const end = endOfElement(solver, monitored.kind, monitored.element, monitored.end);
  if (s < 0 || !control.enabled || end === undefined) return undefined;
  const steps_count = shunt.steps_count ?? 1;
  const timer = new ControlTimer(clock);
  let opened_s = Number.NEGATIVE_INFINITY;

  const pending = (): PendingAction | undefined => {
    if (!shunt.inService) return undefined;
    const volts = voltagesToEarth(solver, end.terminal);
    const relay_V = pick(volts.map(sizeOf), control.phase) / control.ptRatio;
    const wish = overrideOf(control, relay_V) ?? wishOf(control, relay_V, volts, end.currents(), clock.hour_h);
    const closed = settings.closed_count[s];
    const next = Math.min(steps_count, Math.max(0, closed + wish.move));
    if (next === closed) {
      timer.stop();
      return undefined;
    }
    const wait_s =
      next > closed ? Math.max(control.delayOn_s, control.dead_s + control.delayOn_s - (clock.now_s - opened_s)) : control.delayOff_s;
    const passes = clock.passes(wait_s);
    if (!passes && !timer.isDue(wait_s)) return undefined;
    return {
      control: control.id,
      delay_s: passes ? wait_s : 0,
      text: `Capacitor control "${control.id}" sees ${wish.text}: "${shunt.id}" ${closed} → ${next} of ${steps_count} steps`,
      apply: () => {
        solver.setSteps(s, next);
        timer.stop();
        if (next < closed) opened_s = clock.now_s;
      },
    };
  };
  const reset = () => {
    timer.stop();
    opened_s = Number.NEGATIVE_INFINITY;
  };
  return { id: control.id, pending, reset };
}

interface Wish {
  readonly move: -1 | 0 | 1;
  readonly text: string;
}

function overrideOf({ voltageOverride }: CapacitorControl, relay_V: number): Wish | undefined {
  if (voltageOverride === undefined) return undefined;
  const { v_min_V, v_max_V } = voltageOverride;
  if (relay_V >= v_min_V && relay_V <= v_max_V) return undefined;
  return { move: relay_V < v_min_V ? 1 : -1, text: `${relay_V.toFixed(2)} V, outside ${v_min_V} … ${v_max_V} V` };
}

function wishOf(
  control: CapacitorControl,
  relay_V: number,
  volts: readonly Complex[],
  currents: readonly Complex[],
  hour: number | undefined,
): Wish {
  const { on, off } = control;
  const compare = (value: number, closesAbove: boolean, text: string): Wish => {
    if (closesAbove) return { move: value > on ? 1 : value < off ? -1 : 0, text };
    return { move: value < on ? 1 : value > off ? -1 : 0, text };
  };
  switch (control.kind) {
    case 'voltage':
      return compare(relay_V, false, `${relay_V.toFixed(2)} V`);
    case 'current': {
      const value = pick(currents.slice(0, volts.length).map(sizeOf), control.phase) / control.ctRatio;
      return compare(value, true, `${value.toFixed(2)} A`);
    }
    case 'kvar': {
      const value = powerOf(volts, currents)[1] / 1000;
      return compare(value, true, `${value.toFixed(1)} kvar`);
    }
    case 'powerFactor': {
      const [p, q] = powerOf(volts, currents);
      const size = Math.hypot(p, q);
      const factor = size > 0 ? Math.abs(p) / size : 1;
      const value = p * q < 0 ? 2 - factor : factor;
      return compare(value, false, `a power factor of ${factor.toFixed(3)}${p * q < 0 ? ' leading' : ''}`);
    }
    case 'time': {
      if (hour === undefined) return { move: 0, text: '' };
      const isOn = on <= off ? hour >= on && hour < off : hour >= on || hour < off;
      return { move: isOn ? 1 : -1, text: `${hour.toFixed(2)} h` };
    }
  }
}

function pick(values: readonly number[], phase: CapacitorControl['phase']): number {
  if (phase === 'max') return Math.max(...values);
  if (phase === 'min') return Math.min(...values);
  if (phase === 'mean') return values.reduce((sum, v) => sum + v, 0) / values.length;
  return values[phase] ?? values[0];
}

/** Σ v·conj(i), VA. */
function powerOf(v: readonly Complex[], i: readonly Complex[]): Complex {
  let p = 0;
  let q = 0;
  v.forEach(([re, im], k) => {
    p += re * i[k][0] + im * i[k][1];
    q += im * i[k][0] - re * i[k][1];
  });
  return [p, q];
}
