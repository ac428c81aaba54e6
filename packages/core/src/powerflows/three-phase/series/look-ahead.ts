import { lanes_count } from '../../../linalg/complex-lu.ts';
import { Lanes } from '../batch/lanes.ts';
import { Supply } from '../batch/supply.ts';
import type { ThreePhaseBatchInput } from '../contract.ts';
import type { Controls } from '../controls/settle.ts';
import { powerInto_kW } from '../flows.ts';
import type { WireSolver } from '../wire-solver.ts';

/** What one step came to; the solver's voltages and settings are those of the step while this is handed out. */
export interface SettledStep {
  readonly step: number;
  readonly status: 'settled' | 'hunting' | 'diverged';
  readonly diagnosis?: string | undefined;
  readonly actions: readonly string[];
  readonly iterations_count: number;
  readonly mismatch_kVA: number;
  readonly loss_kW: number;
  readonly source_kW: number;
}

/** Rounds of control actions in one step before it is given to `Controls.settle`, which finds out whether they hunt. */
const ROUNDS_MAX_COUNT = 20;

/**
 * Steps one after another with regulators and capacitor controls, four solved at a time on the present taps.
 *
 * As most steps move nothing, four of them side by side are usually right for all four. The controls look at them in order; where one wants to move, what came
 * before stands, the taps move, and the four that begin there are solved again from the voltages at hand. Each step goes through the rounds that
 * `Controls.settle` would give it alone. What four lanes cannot solve goes there.
 */
export class LookAhead {
  private readonly solver: WireSolver;
  private readonly controls: Controls;
  private readonly lanes: Lanes;
  /** Of the present taps: those of a regulator at the source count. */
  private supply: Supply;
  private readonly tolerance_kVA = new Float64Array(lanes_count);
  private version_count = -1;
  private isStarted = false;

  constructor(solver: WireSolver, controls: Controls) {
    this.solver = solver;
    this.controls = controls;
    this.lanes = new Lanes(solver);
    this.supply = new Supply(solver, this.lanes.elements);
  }

  /** @param begin - called before the controls look at a step; @param take - called for each step in order */
  run(input: ThreePhaseBatchInput, begin: (step: number) => void, take: (settled: SettledStep) => void): void {
    const { lanes, controls } = this;
    if (!this.isStarted) this.start(input);
    let first = 0;
    let rounds_count = 0;
    let actions: string[] = [];
    while (first < input.steps_count) {
      this.adopt();
      this.setPowers(input, first);
      lanes.solve(this.tolerance_kVA);
      let lane = 0;
      for (; lane < lanes_count && first + lane < input.steps_count; lane++) {
        const step = first + lane;
        begin(step);
        if (lanes.balanced[lane] === 0 || rounds_count >= ROUNDS_MAX_COUNT) {
          take(this.settleAlone(input, step, actions));
          actions = [];
          rounds_count = 0;
          lane++;
          break;
        }
        this.takeVoltages(lane);
        const due = controls.due();
        if (due.length > 0) {
          for (const action of due) {
            action.apply();
            actions.push(action.text);
          }
          rounds_count++;
          break;
        }
        const source_kW = this.supply.given_kW(lanes.u, lanes.power, lane);
        take({
          step,
          status: 'settled',
          actions,
          iterations_count: lanes.iterations_count,
          mismatch_kVA: lanes.mismatch_kVA[lane],
          loss_kW: source_kW - lanes.taken_kW[lane],
          source_kW,
        });
        actions = [];
        rounds_count = 0;
      }
      if (lane > 0 && lane < lanes_count) lanes.moveForward(lane);
      first += lane;
    }
  }

  /** Voltages of the first step for all lanes. */
  private start(input: ThreePhaseBatchInput): void {
    const { solver, lanes } = this;
    solver.setPowers(input, 0);
    solver.solve(false);
    for (let i = 0; i < 2 * solver.nodal.rows.free_count; i++) lanes.spread(lanes.u, i, solver.system.u[i]);
    this.isStarted = true;
  }

  /** Taps and steps as they are now into the lanes' factors. */
  private adopt(): void {
    const { solver } = this;
    if (this.version_count === solver.version_count) return;
    solver.nodal.addUp();
    this.lanes.adopt();
    this.supply = new Supply(solver, this.lanes.elements);
    this.version_count = solver.version_count;
  }

  /** Powers of the four steps from `first`; beyond the last step the last again. */
  private setPowers(input: ThreePhaseBatchInput, first: number): void {
    for (let lane = 0; lane < lanes_count; lane++) {
      this.solver.setPowers(input, Math.min(first + lane, input.steps_count - 1));
      this.tolerance_kVA[lane] = this.solver.tolerance_kVA;
      this.lanes.takePowers(lane);
    }
  }

  private takeVoltages(lane: number): void {
    const { solver, lanes } = this;
    for (let i = 0; i < solver.places.count; i++) {
      const row = solver.nodal.rows.rowOf[i];
      solver.v_re_V[i] = row < 0 ? 0 : lanes.u[8 * row + lane] * solver.places.v_base_V[i];
      solver.v_im_V[i] = row < 0 ? 0 : lanes.u[8 * row + lane + 4] * solver.places.v_base_V[i];
    }
  }

  /** One step by the solver for single points, from where the taps are. */
  private settleAlone(input: ThreePhaseBatchInput, step: number, before: readonly string[]): SettledStep {
    const { solver, controls, lanes } = this;
    solver.setPowers(input, step);
    const { status, diagnosis, actions, iterations_count, solution } = controls.settle(
      new Float64Array(solver.feeder.inverters.length),
      false,
    );
    const { mismatch_max_kVA, loss_kW, sources } = solver.flows();
    if (solution.status === 'converged')
      for (let i = 0; i < 2 * solver.nodal.rows.free_count; i++) lanes.spread(lanes.u, i, solver.system.u[i]);
    else this.isStarted = false;
    return {
      ...{ step, status, diagnosis, actions: [...before, ...actions], iterations_count },
      ...{ mismatch_kVA: mismatch_max_kVA, loss_kW, source_kW: -powerInto_kW(sources) },
    };
  }
}
