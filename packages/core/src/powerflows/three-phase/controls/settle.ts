import type { WireSolution, WireSolver } from '../wire-solver.ts';
import { capacitorControl } from './capacitors.ts';
import type { PendingAction, StepControl } from './control.ts';
import { ControlClock } from './control-clock.ts';
import { InverterControls } from './inverters.ts';
import { regulatorControl } from './regulators.ts';

export interface Settlement {
  readonly status: 'settled' | 'hunting' | 'diverged';
  readonly solution: WireSolution;
  readonly rounds_count: number;
  readonly iterations_count: number;
  readonly actions: readonly string[];
  readonly diagnosis?: string | undefined;
}

const ROUNDS_MAX_COUNT = 100;

/**
 * All controls of a feeder around its wire solver.
 *
 * Each round: solve (inverters on their curves); ask every regulator and capacitor control what it would do; those with the shortest delay act, all of them
 * at once; again, until nobody wants to move. In a series a control whose delay is longer than the step waits for later steps (control-clock.ts). The solution depends on taps and steps alone, so a state that comes back comes back for ever: the controls
 * that moved since then hunt, and the loop ends there.
 */
export class Controls {
  readonly clock = new ControlClock();
  private readonly solver: WireSolver;
  private readonly steps: StepControl[];
  readonly inverters: InverterControls;

  constructor(solver: WireSolver) {
    this.solver = solver;
    const { regulators, capacitorControls } = solver.feeder;
    this.steps = [
      ...regulators.map((control) => regulatorControl(solver, control, this.clock)),
      ...capacitorControls.map((control) => capacitorControl(solver, control, this.clock)),
    ].filter((control) => control !== undefined);
    this.inverters = new InverterControls(solver, this.clock);
  }

  get count(): number {
    return this.steps.length + this.inverters.count;
  }

  /** Forgets what happened in earlier steps. */
  reset(): void {
    for (const control of this.steps) control.reset();
    this.inverters.forget();
  }

  /** What regulators and capacitor controls would do at the solver's voltages, and do first. */
  due(): PendingAction[] {
    const wishes: PendingAction[] = [];
    let least_s = Number.POSITIVE_INFINITY;
    for (const control of this.steps) {
      const action = control.pending();
      if (action === undefined) continue;
      wishes.push(action);
      least_s = Math.min(least_s, action.delay_s);
    }
    return wishes.filter(({ delay_s }) => delay_s === least_s);
  }

  settle(offered_kW: Float64Array, warm: boolean, rounds_max_count = ROUNDS_MAX_COUNT): Settlement {
    const { solver } = this;
    const actions: string[] = [];
    const moved: string[][] = [];
    const seen = new Map<string, number>();
    let iterations_count = 0;
    for (let round = 0; ; round++) {
      const { solution, settled, worst } = this.inverters.settle(offered_kW, warm || round > 0);
      iterations_count += solution.iterations_count;
      const facts = { solution, rounds_count: round, iterations_count, actions };
      if (solution.status !== 'converged') return { ...facts, status: 'diverged', diagnosis: solution.diagnosis };
      if (!settled) return { ...facts, status: 'hunting', diagnosis: inverterAdvice(worst) };
      const first = this.due();
      if (first.length === 0) return { ...facts, status: 'settled' };
      const key = stateKey(solver);
      const before = seen.get(key);
      if (before !== undefined) return { ...facts, status: 'hunting', diagnosis: huntingAdvice(moved.slice(before)) };
      if (round >= rounds_max_count) {
        return {
          ...facts,
          status: 'hunting',
          diagnosis: `Controls still move after ${round} rounds: ${names(first.map(({ control }) => control))}.`,
        };
      }
      seen.set(key, round);
      for (const action of first) {
        action.apply();
        actions.push(action.text);
      }
      moved.push(first.map(({ control }) => control));
    }
  }
}

function stateKey({ settings }: WireSolver): string {
  return [...settings.tap_pu.flatMap((taps) => Array.from(taps, (tap) => tap.toFixed(9))), ...settings.closed_count].join(' ');
}

const names = (ids: readonly string[]): string => [...new Set(ids)].map((id) => `"${id}"`).join(', ');

function huntingAdvice(cycle: readonly (readonly string[])[]): string {
  const ids = names(cycle.flat());
  return `Controls ${ids} hunt: after ${cycle.length} rounds taps and steps are where they were before. Widen the band beyond one tap step, separate the delays, or move on and off settings further apart.`;
}

function inverterAdvice(control: string | undefined): string {
  return `Inverter control "${control ?? ''}" does not settle on its curve. Look for a curve that jumps, or make it less steep.`;
}
