import { AndersonAcceleration } from '../../../linalg/anderson.ts';
import type { InverterControl } from '../../../network/feeder/controls.ts';
import { withinInverter } from '../setpoints.ts';
import type { WireSolution, WireSolver } from '../wire-solver.ts';
import type { ControlClock } from './control-clock.ts';
import { type InverterAnswer, inverterTarget } from './inverter-functions.ts';
import { InverterMemory } from './inverter-memory.ts';
import { type Complex, conductorVoltage, phaseVoltages, sizeOf } from './measurements.ts';

/** Distance of an inverter from what its functions ask for, as a part of its rating, at which it has settled. */
const SETTLED_FRAC = 1e-7;
const ITERATIONS_MAX_COUNT = 200;

interface Controlled {
  readonly control: InverterControl;
  /** In the feeder's list. */
  readonly inverter: number;
  readonly elements: readonly number[];
  readonly memory: InverterMemory;
}

export interface InverterSettlement {
  readonly solution: WireSolution;
  readonly settled: boolean;
  readonly iterations_count: number;
  /** Id of the control whose inverter is farthest from its curve, when not settled. */
  readonly worst?: string | undefined;
}

/**
 * Inverters that follow functions of voltage or power: finds the point at which each stands exactly on its curves and the wires balance.
 *
 * x = (p, q of every controlled inverter)/s_rated; f(x) = what the functions ask for at the voltages that x makes. x = f(x) is found by an accelerated,
 * damped iteration around the power flow.
 */
export class InverterControls {
  private readonly solver: WireSolver;
  private readonly controlled: Controlled[] = [];
  private readonly clock: ControlClock;

  constructor(solver: WireSolver, clock: ControlClock) {
    this.solver = solver;
    this.clock = clock;
    const { feeder, injections } = solver;
    for (const control of feeder.inverterControls) {
      if (!control.enabled) continue;
      for (const id of control.inverters) {
        const inverter = feeder.inverters.findIndex((one) => one.id === id);
        if (inverter < 0 || !feeder.inverters[inverter].inService) continue;
        if (this.controlled.some((one) => one.inverter === inverter)) continue;
        const elements: number[] = [];
        injections.list.forEach((one, e) => {
          if (one.kind === 'inverters' && one.owner === inverter) elements.push(e);
        });
        this.controlled.push({ control, inverter, elements, memory: new InverterMemory(control) });
      }
    }
  }

  get count(): number {
    return this.controlled.length;
  }

  /** Solves the wires with all controlled inverters on their curves. @param offered_kW - per inverter of the feeder */
  settle(offered_kW: Float64Array, warm: boolean): InverterSettlement {
    const { solver, controlled } = this;
    let solution = solver.solve(warm);
    if (controlled.length === 0) return { solution, settled: true, iterations_count: 0 };
    const x = this.present();
    const iteration = new AndersonAcceleration(x.length, { damping_frac: 0.5, adapts: true });
    for (let k = 0; ; k++) {
      if (solution.status !== 'converged') return { solution, settled: false, iterations_count: k, worst: controlled[0].control.id };
      const g = this.targets(offered_kW);
      for (let i = 0; i < g.length; i++) g[i] -= x[i];
      let worst = 0;
      for (let i = 0; i < g.length; i++) if (Math.abs(g[i]) > Math.abs(g[worst])) worst = i;
      if (Math.abs(g[worst]) <= SETTLED_FRAC) return { solution, settled: true, iterations_count: k };
      if (k >= ITERATIONS_MAX_COUNT) return { solution, settled: false, iterations_count: k, worst: controlled[worst >> 1].control.id };
      iteration.advance(x, g);
      this.take(x, offered_kW);
      solution = solver.solve(true);
    }
  }

  /** Takes the step that has settled into the memory of the inverters. */
  remember(offered_kW: Float64Array): void {
    const now = this.present();
    this.controlled.forEach((one, k) => {
      const { past } = this.answerOf(one, now[2 * k + 1], offered_kW);
      one.memory.remember(this.voltageOf(one.control, one.inverter), this.clock.step_s, past);
    });
  }

  forget(): void {
    for (const { memory } of this.controlled) memory.forget();
  }

  private present(): Float64Array {
    const { injections, feeder } = this.solver;
    return Float64Array.from(
      this.controlled.flatMap(({ inverter, elements }) => {
        const s = feeder.inverters[inverter].s_rated_kVA;
        const sum = (list: Float64Array) => elements.reduce((total, e) => total - list[e], 0) / s;
        return [sum(injections.p_kW), sum(injections.q_kvar)];
      }),
    );
  }

  private targets(offered_kW: Float64Array): Float64Array {
    const { feeder } = this.solver;
    const now = this.present();
    return Float64Array.from(
      this.controlled.flatMap((one, k) => {
        const { s_rated_kVA } = feeder.inverters[one.inverter];
        const { p_kW, q_kvar } = this.answerOf(one, now[2 * k + 1], offered_kW);
        return [p_kW / s_rated_kVA, q_kvar / s_rated_kVA];
      }),
    );
  }

  /** What the functions of one inverter ask for at the present voltages. @param q_frac - its present vars, of its rating */
  private answerOf({ control, inverter, memory }: Controlled, q_frac: number, offered_kW: Float64Array): InverterAnswer {
    const item = this.solver.feeder.inverters[inverter];
    const v_pu = this.voltageOf(control, inverter);
    const isInSeries = Number.isFinite(this.clock.step_s);
    return inverterTarget(item, control, {
      v_pu,
      offered_kW: offered_kW[inverter],
      q_kvar: q_frac * item.s_rated_kVA,
      ...(isInSeries ? { memory, step_s: this.clock.step_s } : {}),
    });
  }

  /** x into the injections, kept within what each inverter can do. */
  private take(x: Float64Array, offered_kW: Float64Array): void {
    const { injections, feeder } = this.solver;
    this.controlled.forEach(({ inverter, elements }, k) => {
      const item = feeder.inverters[inverter];
      const offered = offered_kW[inverter];
      const p = offered >= 0 ? Math.min(offered, Math.max(0, x[2 * k] * item.s_rated_kVA)) : x[2 * k] * item.s_rated_kVA;
      const power = withinInverter(item, p, x[2 * k + 1] * item.s_rated_kVA);
      x[2 * k] = power.p_kW / item.s_rated_kVA;
      x[2 * k + 1] = power.q_kvar / item.s_rated_kVA;
      for (const e of elements) {
        injections.p_kW[e] = -power.p_kW / elements.length;
        injections.q_kvar[e] = -power.q_kvar / elements.length;
      }
    });
  }

  private voltageOf(control: InverterControl, inverter: number): number {
    const { solver } = this;
    const { feeder } = solver;
    if (control.remoteBuses !== undefined && control.remoteBuses.length > 0) {
      const perBus = control.remoteBuses.map((bus) => {
        const v_base_V = (feeder.buses[bus].v_base_kV * 1000) / Math.sqrt(3);
        const present = [1, 2, 3].filter((c) => solver.places.indexOf(bus, c) >= 0);
        return (
          combine(
            present.map((c) => conductorVoltage(solver, bus, c)),
            control.voltage,
          ) / v_base_V
        );
      });
      return perBus.reduce((sum, v) => sum + v, 0) / perBus.length;
    }
    const item = feeder.inverters[inverter];
    return combine(phaseVoltages(solver, item.terminal, item.connection), control.voltage) / (item.v_rated_kV * 1000);
  }
}

function combine(v: readonly Complex[], how: InverterControl['voltage']): number {
  const sizes = v.map(sizeOf);
  if (how === 'max') return Math.max(...sizes);
  if (how === 'min') return Math.min(...sizes);
  if (how === 'positiveSequence' && v.length === 3) {
    let re = 0;
    let im = 0;
    v.forEach(([vr, vi], k) => {
      const turn = (k * 2 * Math.PI) / 3;
      re += (vr * Math.cos(turn) - vi * Math.sin(turn)) / 3;
      im += (vr * Math.sin(turn) + vi * Math.cos(turn)) / 3;
    });
    return Math.hypot(re, im);
  }
  return sizes.reduce((sum, value) => sum + value, 0) / sizes.length;
}
