import type { Feeder } from '../../network/feeder/feeder.ts';
import type { Places, ThreePhaseOptions, ThreePhasePoint, ThreePhaseResult } from './contract.ts';
import { diagnose, diagnoseJump } from './diagnosis.ts';
import { type Settings, settingsOf, type Wire, type WireKind, wireAdmittance, wiresOf } from './elements.ts';
import { type Energised, findEnergised } from './energised.ts';
import { iterateFixedPoint } from './fixed-point.ts';
import { type ElementFlows, elementFlows } from './flows.ts';
import { HeldVoltages, heldVoltage } from './held-voltages.ts';
import { Injections, injectionsOf } from './injections.ts';
import { JumpingLaws, jumpingElements } from './jumps.ts';
import { type NewtonEnd, NewtonSolver } from './newton.ts';
import { buildRows, givenVoltages, Nodal } from './nodal.ts';
import { buildPlaces, differInWiresAlone } from './places.ts';
import { takePoint } from './setpoints.ts';
import { System } from './system.ts';

/** How the wires were solved, before anything is made of it. */
export interface WireSolution {
  readonly status: 'converged' | 'diverged';
  readonly method: ThreePhaseResult['method'];
  readonly iterations_count: number;
  readonly diagnosis?: string | undefined;
}

/** Newton starts again from linear voltages when the fixed point left something worse than this part of the largest element unbalanced. */
const USABLE_FRAC = 10;
const START_ITERATIONS_MAX_COUNT = 60;

/**
 * One feeder with all that is prepared once: places, admittances, order and factors; solves for powers, taps and steps as they are set.
 * Controls stand above this and only see voltages, flows and settings.
 */
export class WireSolver {
  readonly places: Places;
  readonly wires: Wire[];
  readonly settings: Settings;
  readonly injections: Injections;
  readonly system: System;
  readonly nodal: Nodal;
  readonly v_re_V: Float64Array;
  readonly v_im_V: Float64Array;
  tolerance_kVA = 0;
  /** Rises whenever a tap or a step moves. */
  version_count = 0;
  /** |S|² of the largest element of the feeder as it stands. */
  private largestSquare = 0;
  private readonly options: ThreePhaseOptions;
  private present: { readonly feeder: Feeder; readonly energised: Energised; readonly held: HeldVoltages };
  private newton: NewtonSolver | undefined;
  private newtonHeld = '';
  private stale = true;
  private solved = false;
  private readonly jumping: readonly number[];

  constructor(feeder: Feeder, options: ThreePhaseOptions) {
    this.options = options;
    this.places = buildPlaces(feeder);
    this.settings = settingsOf(feeder);
    this.wires = wiresOf(feeder, this.places, this.settings);
    const list = injectionsOf(feeder, this.places, options.linear ?? false);
    const rows = buildRows(this.places, givenVoltages(feeder, this.places));
    this.injections = new Injections(feeder, list);
    this.jumping = jumpingElements(this.injections);
    this.nodal = new Nodal(feeder, this.places, this.wires, rows, this.injections);
    this.system = new System(this.nodal, this.injections);
    this.v_re_V = new Float64Array(this.places.count);
    this.v_im_V = new Float64Array(this.places.count);
    this.present = this.connect(feeder);
    const { p_kW, q_kvar, count } = this.injections;
    for (let e = 0; e < count; e++) this.largestSquare = Math.max(this.largestSquare, p_kW[e] * p_kW[e] + q_kvar[e] * q_kvar[e]);
  }

  get feeder(): Feeder {
    return this.present.feeder;
  }

  get energised(): Energised {
    return this.present.energised;
  }

  get held(): HeldVoltages {
    return this.present.held;
  }

  /**
   * Takes another feeder that differs from the present one in what is switched and tapped, in its sources or shunts: places, pattern and order of elimination
   * serve it, too, and only numbers are new. Powers are those of the feeder again.
   *
   * @returns whether it does; if not, nothing has changed
   * @throws {InputError} FEEDER_IMPEDANCE_SINGULAR
   */
  take(feeder: Feeder): boolean {
    if (feeder === this.feeder) return true;
    if (!differInWiresAlone(this.feeder, feeder) || !this.givesVoltages(feeder)) return false;
    const settings = settingsOf(feeder);
    const before = this.feeder;
    const renewed = this.wires.map(({ kind, index, admittance }) =>
      before[kind][index] === feeder[kind][index] && !this.hasMoved(kind, index, settings)
        ? admittance
        : wireAdmittance(feeder, kind, index, settings),
    );
    this.wires.forEach((wire, w) => {
      wire.admittance = renewed[w];
    });
    settings.tap_pu.forEach((taps, t) => {
      this.settings.tap_pu[t].set(taps);
    });
    this.settings.closed_count.set(settings.closed_count);
    this.present = this.connect(feeder);
    this.version_count++;
    return true;
  }

  /** Whether ideal sources give the voltages of the same places as now. */
  private givesVoltages(feeder: Feeder): boolean {
    const now = givenVoltages(this.feeder, this.places);
    return givenVoltages(feeder, this.places).every((given, i) => given === now[i]);
  }

  private hasMoved(kind: WireKind, index: number, { tap_pu, closed_count }: Settings): boolean {
    const { settings } = this;
    if (kind === 'transformers') return tap_pu[index].some((tap, w) => tap !== settings.tap_pu[index][w]);
    return kind === 'shunts' && closed_count[index] !== settings.closed_count[index];
  }

  /** What follows from the wires as they are: which places are fed, and where the injections stand. */
  private connect(feeder: Feeder): { readonly feeder: Feeder; readonly energised: Energised; readonly held: HeldVoltages } {
    const { places, injections, nodal, options } = this;
    const energised = findEnergised(feeder, places, this.wires, injections.list);
    nodal.take(feeder, energised);
    injections.place(nodal.rows.rowOf, nodal.rows.earth);
    this.takePowers(feeder, {}, 0);
    const unheld = (place: number) => (place >= 0 && energised.byWires[place] === 0 ? 1 : 0);
    injections.rate(Uint8Array.from(injections.list, ({ from, to }) => (options.linear ? 1 : unheld(from) | unheld(to))));
    this.expectMoves(feeder);
    this.newton = undefined;
    this.solved = false;
    this.stale = true;
    return { feeder, energised, held: new HeldVoltages(feeder, injections) };
  }

  /** Powers of all elements at a point; those of step t when its arrays are [t][element]. */
  setPowers(point: ThreePhasePoint, t = 0): void {
    this.takePowers(this.feeder, point, t);
  }

  private takePowers(feeder: Feeder, point: ThreePhasePoint, t: number): void {
    takePoint(feeder, this.injections, point, t);
    this.system.source_frac = point.source_frac ?? 1;
    const { p_kW, q_kvar, count } = this.injections;
    let largest = this.largestSquare;
    for (let e = 0; e < count; e++) largest = Math.max(largest, p_kW[e] * p_kW[e] + q_kvar[e] * q_kvar[e]);
    this.tolerance_kVA = (this.options.tolerance_frac ?? 1e-8) * (largest > 0 ? Math.sqrt(largest) : 1);
  }

  setTap(transformer: number, winding: number, tap_pu: number): void {
    this.settings.tap_pu[transformer][winding] = tap_pu;
    this.renew('transformers', transformer);
  }

  setSteps(shunt: number, closed_count: number): void {
    this.settings.closed_count[shunt] = closed_count;
    this.renew('shunts', shunt);
  }

  /** Taps and steps as the feeder states them. */
  resetSettings(): void {
    const { tap_pu, closed_count } = settingsOf(this.feeder);
    tap_pu.forEach((taps, t) => {
      if (taps.every((tap, w) => tap === this.settings.tap_pu[t][w])) return;
      this.settings.tap_pu[t].set(taps);
      this.renew('transformers', t);
    });
    closed_count.forEach((count, s) => {
      if (count !== this.settings.closed_count[s]) this.setSteps(s, count);
    });
  }

  /** Voltages in the system by the fixed point alone, where a start for others is all that is wanted. @returns whether they balance */
  findStart(): boolean {
    this.assemble();
    this.system.startLinear();
    return iterateFixedPoint(this.system, this.tolerance_kVA, START_ITERATIONS_MAX_COUNT).balanced;
  }

  /** Adds up and factors what has changed. @throws {NumericalError} THREE_PHASE_NOT_FINITE */
  assemble(): void {
    if (this.stale) this.nodal.assemble();
    this.stale = false;
  }

  /** Solves for the powers and settings as they are. */
  solve(warm: boolean): WireSolution {
    const { system, held, options } = this;
    this.assemble();
    if (warm && this.solved) system.takeFixed();
    else {
      system.startLinear();
      held.reset();
      this.newton?.forget();
    }
    const limit = options.iterations_max_count ?? 100;
    let solution: WireSolution;
    if (options.linear) {
      system.evaluate();
      solution = { status: system.isBalanced(this.tolerance_kVA) ? 'converged' : 'diverged', method: 'linear', iterations_count: 1 };
    } else if (held.count === 0) solution = this.solveLoads(limit);
    else solution = this.solveHeld(limit);
    this.solved = solution.status === 'converged';
    this.takeVoltages();
    return solution;
  }

  /** Currents and powers of all elements at the present voltages. */
  flows(): ElementFlows {
    const { feeder, places, wires, injections, v_re_V, v_im_V, system } = this;
    return elementFlows(feeder, places, wires, injections, v_re_V, v_im_V, system.source_frac);
  }

  /** Voltages of a place, V (re, im), into v_re_V and v_im_V. */
  private takeVoltages(): void {
    const { places, nodal, system, v_re_V, v_im_V } = this;
    const { rowOf } = nodal.rows;
    for (let i = 0; i < places.count; i++) {
      v_re_V[i] = rowOf[i] < 0 ? 0 : system.u[2 * rowOf[i]] * places.v_base_V[i];
      v_im_V[i] = rowOf[i] < 0 ? 0 : system.u[2 * rowOf[i] + 1] * places.v_base_V[i];
    }
  }

  private solveLoads(limit: number): WireSolution {
    const { system } = this;
    const { balanced, iterations_count } = iterateFixedPoint(system, this.tolerance_kVA, limit);
    if (balanced) return { status: 'converged', method: 'fixed-point', iterations_count };
    const solution = this.solveNewton(limit, iterations_count);
    return solution.status === 'converged' || this.jumping.length === 0 ? solution : this.solveAcrossJumps(limit, solution);
  }

  /** Newton with every law that jumps kept on one side of its jumps, until the sides fit the voltages. */
  private solveAcrossJumps(limit: number, failed: WireSolution): WireSolution {
    const { system, injections, feeder } = this;
    const laws = new JumpingLaws(injections, this.jumping);
    let { iterations_count } = failed;
    let changed = laws.hold(system.u);
    try {
      for (;;) {
        const endless = laws.note(changed);
        if (endless.length > 0)
          return { status: 'diverged', method: 'newton', iterations_count, diagnosis: diagnoseJump(feeder, injections, endless, system.u) };
        const solution = this.solveNewton(limit, iterations_count);
        iterations_count = solution.iterations_count;
        if (solution.status !== 'converged') return solution;
        changed = laws.hold(system.u);
        if (changed.length === 0) return solution;
      }
    } finally {
      laws.release();
      system.evaluate();
    }
  }

  /** Newton with the voltages that are held, until nobody moves to or from a limit. */
  private solveHeld(limit: number): WireSolution {
    const { system, held, injections } = this;
    let iterations_count = 0;
    held.gather(injections);
    for (let round = 0; ; round++) {
      const solution = this.solveNewton(limit, iterations_count);
      iterations_count = solution.iterations_count;
      if (solution.status === 'converged' && held.moveToLimits(injections, (one) => heldVoltage(one, injections, system.u), round))
        continue;
      held.share(injections);
      system.evaluate();
      return solution;
    }
  }

  private solveNewton(limit: number, before_count: number): WireSolution {
    const { system, held, feeder, places } = this;
    const free = held.free();
    const key = free.map(({ elements }) => elements[0]).join(' ');
    if (!this.newton || key !== this.newtonHeld) {
      this.newton = new NewtonSolver(system, free);
      this.newtonHeld = key;
    }
    system.evaluate();
    if (!(system.mismatch_kVA < (USABLE_FRAC * this.tolerance_kVA) / (this.options.tolerance_frac ?? 1e-8))) system.startLinear();
    let { end, iterations_count } = this.newton.run(this.tolerance_kVA, limit);
    if (end !== 'balanced' && before_count > 0) {
      system.startLinear();
      const again = this.newton.run(this.tolerance_kVA, limit);
      end = again.end;
      iterations_count += again.iterations_count;
    }
    const count = before_count + iterations_count;
    if (end === 'balanced') return { status: 'converged', method: 'newton', iterations_count: count };
    return { status: 'diverged', method: 'newton', iterations_count: count, diagnosis: diagnose(feeder, places, system, end as NewtonEnd) };
  }

  /** What controls may move is added up last from the beginning, so that sums do not depend on what has moved before. */
  private expectMoves({ regulators, capacitorControls, transformers, shunts }: Feeder): void {
    const regulated = new Set(regulators.map(({ transformer }) => transformer));
    const switched = new Set(capacitorControls.map(({ shunt }) => shunt));
    this.wires.forEach(({ kind, index }, w) => {
      const moves =
        (kind === 'transformers' && regulated.has(transformers[index].id)) || (kind === 'shunts' && switched.has(shunts[index].id));
      if (moves) this.nodal.renew(w);
    });
  }

  private renew(kind: 'transformers' | 'shunts', index: number): void {
    const w = this.wires.findIndex((one) => one.kind === kind && one.index === index);
    this.wires[w].admittance = wireAdmittance(this.feeder, kind, index, this.settings);
    this.nodal.renew(w);
    this.stale = true;
    this.version_count++;
  }
}
