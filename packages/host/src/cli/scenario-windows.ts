import {
  BugError,
  type ConsumerPowers,
  catalog,
  type Feeder,
  InputError,
  NumericalError,
  PointRun,
  type ScenarioFiles,
  type ScenarioNetwork,
  type ScenarioNetworks,
  type ScenarioReader,
  type ThreePhaseOptions,
  type ThreePhasePoints,
} from '@gridflock/core';
import { type FeederTally, newTally, Tallier, type TallySize } from '../feeder/tally.ts';
import { chunkStepsFor } from './feeder-series.ts';
import { VoltageRows } from './voltage-rows.ts';

/** Scenarios on one input. Plain data, so that a thread can be told. */
export interface ScenarioOrder {
  /** Name of the format, in the catalogue. */
  readonly format: string;
  /** The input dataset as text: a thread reads it anew. */
  readonly input: string;
  readonly files: ScenarioFiles;
  /** Powers that every feeder stands with: what is prepared with them serves all scenarios. */
  readonly usual: ConsumerPowers;
  readonly options: ThreePhaseOptions;
  readonly size: TallySize;
  readonly wantsVoltages: boolean;
}

/** Some scenarios, one after another in the file: their powers, and what they change in the wires. */
export interface ScenarioWindow {
  readonly first: number;
  readonly powers: ConsumerPowers;
  /** One per scenario, as `UpdateBatch.read` gives them. */
  readonly wires: readonly string[];
}

/** refused: no network can be made of the scenario. hunting: the wires are solved, the controls did not settle. */
export interface ScenarioTrouble {
  readonly scenario: number;
  readonly status: 'diverged' | 'hunting' | 'refused';
  readonly diagnosis: string;
}

export interface WindowAnswer {
  readonly first: number;
  readonly count: number;
  readonly tally: FeederTally;
  readonly troubles: readonly ScenarioTrouble[];
  /** What the controls did. */
  readonly actions: readonly { readonly scenario: number; readonly text: string }[];
  readonly voltages: Uint8Array<ArrayBuffer> | undefined;
}

const lanes_count = 4;
/** Each may need wires of its own, and who wants to stop waits for a window at most. */
const window_max_count = 256;

/** Scenarios of a window: as many as a chunk of a run over time has, in whole groups of the four that are solved side by side; never by the number of threads. */
export const windowFor = (scenarios_count: number, places_count: number): number =>
  lanes_count * Math.max(1, Math.floor(Math.min(window_max_count, chunkStepsFor(scenarios_count, places_count)) / lanes_count));

interface Solver {
  readonly run: PointRun;
  readonly tallier: Tallier;
}

/** Wires with what solves them, or why there are none. */
type Prepared = { readonly network: ScenarioNetwork; readonly solver: Solver } | { readonly refusal: string };

/** Places of all wires that are kept ready: some hundred megabytes. */
const placesKept_count = 100_000;
const wiresKept_max_count = 256;

/**
 * Solves window after window, scenarios of a window with equal wires together. One solver, begun with the wires of the input, goes over to those of others; what it
 * cannot take has a solver of its own, ready for the windows after it as long as there is room. An answer does not depend on what was solved before.
 */
export class WindowSolver {
  private readonly order: ScenarioOrder;
  private readonly networks: ScenarioNetworks;
  private readonly kept_max_count: number;
  /** By wires, those used last at the end. */
  private readonly kept = new Map<string, Prepared>();
  private readonly rows = new VoltageRows();
  private firstTallier: Tallier | undefined;
  /** Undefined until it is wanted, null where the input alone has no solver. */
  private common: Solver | null | undefined;

  constructor(order: ScenarioOrder, networks?: ScenarioNetworks) {
    this.order = order;
    const { input, files, usual, size } = order;
    this.networks = networks ?? readerOf(order.format).networks(input, usual, 'scenarios', files);
    this.kept_max_count = Math.max(2, Math.min(wiresKept_max_count, Math.floor(placesKept_count / Math.max(1, size.places_count))));
  }

  solve({ first, powers, wires }: ScenarioWindow): WindowAnswer {
    const { size, wantsVoltages } = this.order;
    const count = wires.length;
    const tally = newTally(count, size);
    const troubles: ScenarioTrouble[] = [];
    const actions: { scenario: number; text: string }[] = [];
    const v_pu = new Float64Array(wantsVoltages ? count * size.places_count : 0).fill(Number.NaN);
    for (const [text, members] of groupsOf(wires)) {
      const ready = this.prepared(text, first + (members[0] ?? 0));
      if ('refusal' in ready) {
        for (const row of members) troubles.push({ scenario: first + row, status: 'refused', diagnosis: ready.refusal });
        continue;
      }
      const { network, solver } = ready;
      const { run, tallier } = solver;
      const points = run.solve({ steps_count: members.length, ...network.powersOf(powers, members) });
      for (const [t, row] of members.entries()) {
        const scenario = first + row;
        tallier.add(tally, row, scenario, points, t);
        const status = points.converged[t] === 0 ? 'diverged' : points.hunting[t] === 1 ? 'hunting' : undefined;
        if (status !== undefined) troubles.push({ scenario, status, diagnosis: points.diagnosis[t] ?? '' });
        for (const action of points.actions[t] ?? []) actions.push({ scenario, text: action });
        if (wantsVoltages && status !== 'diverged') takeVoltages(v_pu, row, points, t, run.places.v_base_V);
      }
    }
    troubles.sort((a, b) => a.scenario - b.scenario);
    actions.sort((a, b) => a.scenario - b.scenario);
    return { first, count, tally, troubles, actions, voltages: wantsVoltages ? this.voltageRows(v_pu, first, count) : undefined };
  }

  private prepared(wires: string, scenario: number): Prepared {
    const known = this.kept.get(wires);
    const ready = known ?? guarded(() => this.prepare(wires, scenario));
    if (known !== undefined && 'solver' in known && known.solver === this.common) goOver(known.solver, known.network.feeder);
    this.kept.delete(wires);
    this.kept.set(wires, ready);
    const [oldest = ''] = this.kept.keys();
    if (this.kept.size > this.kept_max_count) this.kept.delete(oldest);
    return ready;
  }

  private prepare(wires: string, scenario: number): Prepared {
    const network = this.networks.network(wires, `${this.order.files.updateName}: data[${scenario}]`);
    const common = this.commonSolver();
    return { network, solver: common !== null && goOver(common, network.feeder) ? common : this.solverOf(network) };
  }

  private commonSolver(): Solver | null {
    if (this.common === undefined) {
      const made = guarded(() => this.solverOf(this.networks.network('', `${this.order.files.inputName}`)));
      this.common = 'refusal' in made ? null : made;
    }
    return this.common;
  }

  private solverOf({ feeder }: ScenarioNetwork): Solver {
    const run = new PointRun(feeder, this.order.options);
    const tallier = new Tallier(feeder, run.places, run.floating, this.firstTallier);
    this.firstTallier ??= tallier;
    return { run, tallier };
  }

  private voltageRows(v_pu: Float64Array, first: number, count: number): Uint8Array<ArrayBuffer> {
    const { places_count } = this.order.size;
    for (let row = 0; row < count; row++) {
      this.rows.begin(String(first + row + 1));
      for (let k = 0; k < places_count; k++) this.rows.cell(v_pu[row * places_count + k] as number);
      this.rows.end();
    }
    return this.rows.take();
  }
}

/** What one scenario makes of the wires harms no other: a reason instead of an exception. */
function guarded<T>(make: () => T): T | { readonly refusal: string } {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError || error instanceof NumericalError) return { refusal: error.message };
    throw error;
  }
}

/** @returns false where the feeder needs a solver of its own */
function goOver({ run, tallier }: Solver, feeder: Feeder): boolean {
  const before = run.feeder;
  if (!run.take(feeder)) return false;
  if (run.feeder !== before) tallier.take(feeder, run.floating);
  return true;
}

/** Rows with equal wires, in the order in which these first come. */
function groupsOf(wires: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [row, text] of wires.entries()) {
    const members = groups.get(text);
    if (members === undefined) groups.set(text, [row]);
    else members.push(row);
  }
  return groups;
}

function takeVoltages(into: Float64Array, row: number, { v_re_V, v_im_V }: ThreePhasePoints, t: number, v_base_V: Float64Array): void {
  const count = v_base_V.length;
  for (let k = 0; k < count; k++) {
    const re = v_re_V[t * count + k] as number;
    const im = v_im_V[t * count + k] as number;
    into[row * count + k] = Math.sqrt(re * re + im * im) / (v_base_V[k] as number);
  }
}

function readerOf(format: string): ScenarioReader {
  const reader = catalog.formats.find(({ name }) => name === format)?.scenarios;
  if (reader === undefined) throw new BugError({ code: 'BUG_UNEXPECTED', message: `The format "${format}" reads no scenarios` });
  return reader;
}
