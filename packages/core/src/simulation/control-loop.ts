/**
 * A plant and the laws of its agents as one plant: ẋ of both, commands wired to inputs, measurements and payloads wired to laws. So operating points, modes,
 * traces and runs in continuous time are the same calls with control as without.
 *
 * Two places may delay: between a device and its agent (`measureDelay_s`: everything an agent knows is old, its own data too) and between agents
 * (`linkDelay_s`: only what neighbours say is old, and what an agent reads back of itself where its law does). Which one it is decides on stability. A delayed value enters as an input of this plant, named `measured.…` or `heard.…`,
 * and `delays` says which output it was `delay_s` ago.
 *
 * Parameters besides those of the plant: `link.<from>.<to>.weight_frac`, 0 cuts it; `control.isOn`, 0 freezes the states of all laws; of tuned laws
 * `control.<parameter>` and `control.<device>.<parameter>`. In a loop with a name it stands for `control` and before `link`; a loop is a plant, so
 * another may be closed over it.
 */
import { CombinationError, InputError } from '../base/errors.ts';
import { buildHeard, type Heard, type Law, type LawTangent } from '../controllers/contract.ts';
import type { Graph } from '../controllers/graph.ts';
import type { TunedLaw } from '../controllers/tuned-law.ts';
import { type DevicePlaces, devicePlaces } from './device-places.ts';
import { LoopTuning } from './loop-tuning.ts';
import { checkedParameter, type Delay, type Plant, placeOf, type State, settleDelays } from './plant.ts';

/** A law and the device that it commands. */
export interface ControlledDevice {
  /** Prefix of the device's inputs and outputs: `dg1`. */
  readonly device: string;
  readonly law: Law;
  /** What the law was made of, where its parameters are to be changed in a run. */
  readonly tuning?: TunedLaw | undefined;
}

export interface LoopOptions {
  /** Begins the names of its parameters, where a plant has several loops. */
  readonly name?: string | undefined;
  readonly measureDelay_s?: number | undefined;
  readonly linkDelay_s?: number | undefined;
}

/**
 * Closes the loop.
 * @param graph - its agents are the devices, in the same order
 * @throws {CombinationError} CONTROL_LOOP; {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_OPTION
 */
export function closeLoop(plant: Plant, agents: readonly ControlledDevice[], graph: Graph, options: LoopOptions = {}): Plant {
  return new ControlLoop(plant, agents, graph, options);
}

/** One agent with its places in the arrays of the loop and of the plant. */
interface Seat extends DevicePlaces {
  readonly device: string;
  readonly tuning: TunedLaw | undefined;
  law: Law;
  /** Where its states begin among those of the loop. */
  readonly statesAt: number;
  readonly neighbours: readonly number[];
  readonly heard: Heard;
  readonly dHeard: Heard;
  readonly y: Float64Array;
  readonly dy: Float64Array;
  readonly commands: Float64Array;
  readonly said: Float64Array;
  readonly tangent: LawTangent;
}

/** Rounds of prompt words that answer to words: a contraction by a half has settled to the last digit. */
const ANSWERS_MAX = 60;

class ControlLoop implements Plant {
  readonly title: string;
  readonly states: readonly State[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly parameters: readonly string[];
  readonly delays: readonly Delay[];
  private readonly plant: Plant;
  private readonly seats: readonly Seat[];
  private readonly weights: ReadonlyMap<string, { readonly heard: Heard; readonly at: number }>;
  private readonly tuning: LoopTuning;
  private readonly switchName: string;
  /** Plant inputs that nobody commands, by their place there. */
  private readonly free: readonly number[];
  /** Where `measured.…` and `heard.…` begin among the inputs; −1 when they are not delayed. */
  private readonly measuredAt: number;
  private readonly heardAt: number;
  private readonly width: number;
  private readonly needsOutputsFirst: boolean;
  /** How often words answer to words at one moment. */
  private readonly passes_count: number;
  private isOn = 1;
  private readonly plantU: Float64Array;
  private readonly dPlantU: Float64Array;
  private readonly plantY: Float64Array;
  private readonly dPlantY: Float64Array;
  private readonly scratch: Float64Array;
  /** Payloads of this moment. @shape [agent][payload] */
  private readonly saidNow: Float64Array;

  constructor(plant: Plant, agents: readonly ControlledDevice[], graph: Graph, options: LoopOptions) {
    const { name, measureDelay_s = 0, linkDelay_s = 0 } = options;
    for (const [name, value] of Object.entries({ measureDelay_s, linkDelay_s })) {
      if (!(value >= 0 && value < Infinity)) {
        throw new InputError({
          code: 'SIMULATION_OPTION',
          message: `"${name}" must be at least 0, got ${value}`,
          hint: 'Correct the delay.',
        });
      }
    }
    checkAgents(agents, graph);
    const prefix = name === undefined ? '' : `${name}.`;
    this.plant = plant;
    this.title = name === undefined ? `${plant.title} under control` : `${plant.title} under ${name}`;
    this.width = agents[0]?.law.says.length ?? 0;
    this.seats = seatAgents(plant, agents, graph);
    this.weights = namedWeights(this.seats, graph, prefix);
    this.tuning = new LoopTuning(name ?? 'control', this.seats);
    this.switchName = `${name ?? 'control'}.isOn`;
    const commanded = new Set(this.seats.flatMap(({ commandAt }) => commandAt));
    this.free = plant.inputs.map((_, k) => k).filter((k) => !commanded.has(k));
    this.states = [
      ...plant.states,
      ...agents.flatMap(({ device, law }) =>
        law.states.map((each) => ({
          name: `${prefix}${device}.${each}`,
          equation: `the law${name === undefined ? '' : ` "${name}"`} of the agent at "${device}"`,
        })),
      ),
    ];
    const freeNames = this.free.map((k) => plant.inputs[k]);
    const measured =
      measureDelay_s > 0 ? agents.flatMap(({ device, law }) => law.measures.map((each) => `${prefix}measured.${device}.${each}`)) : [];
    const payloads = agents.flatMap(({ device, law }) => law.says.map((name) => `${device}.${name}`));
    const heard = linkDelay_s > 0 ? payloads.map((each) => `${prefix}heard.${each}`) : [];
    this.inputs = [...freeNames, ...measured, ...heard];
    this.measuredAt = measured.length > 0 ? freeNames.length : -1;
    this.heardAt = heard.length > 0 ? freeNames.length + measured.length : -1;
    this.outputs = [...plant.outputs, ...payloads.map((each) => `${prefix}said.${each}`)];
    this.parameters = [...plant.parameters, ...this.weights.keys(), this.switchName, ...this.tuning.names];
    const measureOutputs = this.seats.flatMap(({ measureAt }) => measureAt);
    this.delays = [
      ...(plant.delays ?? []).map((delay) => ({ ...delay, input: this.free.indexOf(delay.input) })),
      ...measured.map((_, k) => ({ output: measureOutputs[k], input: this.measuredAt + k, delay_s: measureDelay_s })),
      ...heard.map((_, k) => ({ output: plant.outputs.length + k, input: this.heardAt + k, delay_s: linkDelay_s })),
    ];
    this.plantU = new Float64Array(plant.inputs.length);
    this.dPlantU = new Float64Array(plant.inputs.length);
    this.plantY = new Float64Array(plant.outputs.length);
    this.dPlantY = new Float64Array(plant.outputs.length);
    this.scratch = new Float64Array(plant.states.length);
    this.saidNow = new Float64Array(payloads.length);
    plant.inputsInto(this.plantU);
    this.needsOutputsFirst = this.measuredAt < 0 && this.commandsFollowMeasures();
    for (const { law, heard, neighbours } of this.seats) {
      heard.ages_s.fill(linkDelay_s);
      if (law.hearsItself !== true) heard.ages_s[neighbours.length] = 0;
    }
    this.passes_count = this.wordsAnswerWords() ? ANSWERS_MAX : 1;
  }

  /** Whether what somebody says depends at once on what it hears, without time in between. */
  private wordsAnswerWords(): boolean {
    const { heardAt } = this;
    return this.seats.some(({ law, heard, dHeard, y, dy, tangent }) => {
      const own = new Float64Array(law.states.length);
      if (heardAt < 0) dHeard.values.fill(Number.NaN);
      if (heardAt < 0 || law.hearsItself !== true) dHeard.own.fill(Number.NaN);
      law.tangentInto({ x: own, y, heard }, { x: own, y: dy, heard: dHeard }, tangent);
      dHeard.values.fill(0);
      dHeard.own.fill(0);
      return tangent.said.some(Number.isNaN);
    });
  }

  /**
   * True when some command depends on a measurement at the same moment; then that measurement must not depend on any command.
   * @throws {CombinationError} CONTROL_LOOP
   */
  private commandsFollowMeasures(): boolean {
    const { plant, seats, dPlantU, dPlantY, scratch } = this;
    const x = new Float64Array(plant.states.length);
    plant.startInto(x);
    for (const { commandAt } of seats) for (const k of commandAt) dPlantU[k] = Number.NaN;
    plant.tangentInto(x, this.plantU, new Float64Array(x.length), dPlantU, scratch, dPlantY);
    dPlantU.fill(0);
    let follows = false;
    for (const { device, law, measureAt, heard, dHeard, y, dy, tangent } of seats) {
      const own = new Float64Array(law.states.length);
      law.measures.forEach((name, k) => {
        dy.fill(0);
        dy[k] = Number.NaN;
        law.tangentInto({ x: own, y, heard }, { x: own, y: dy, heard: dHeard }, tangent);
        if (!tangent.commands.some(Number.isNaN)) return;
        follows = true;
        if (!Number.isNaN(dPlantY[measureAt[k]])) return;
        throw new CombinationError({
          code: 'CONTROL_LOOP',
          message: `The command of "${device}" depends at once on "${name}", which depends at once on commands`,
          hint: 'Measure a filtered quantity, or give the law a state.',
        });
      });
      dy.fill(0);
    }
    return follows;
  }

  startInto(x: Float64Array): void {
    const { plant, seats } = this;
    plant.startInto(x.subarray(0, plant.states.length));
    const u = new Float64Array(plant.inputs.length);
    plant.inputsInto(u);
    for (const { law, statesAt, commandAt } of seats) {
      law.startInto(
        Float64Array.from(commandAt, (k) => u[k]),
        x.subarray(statesAt, statesAt + law.states.length),
      );
    }
  }

  /** Free inputs as the plant has them, delayed ones as they are at the start. */
  inputsInto(u: Float64Array): void {
    const { plant, free } = this;
    const own = new Float64Array(plant.inputs.length);
    plant.inputsInto(own);
    free.forEach((from, k) => {
      u[k] = own[from];
    });
    const x = new Float64Array(this.states.length);
    this.startInto(x);
    settleDelays(this, x, u);
  }

  readParameter(name: string): number {
    if (name === this.switchName) return this.isOn;
    const weight = this.weights.get(name);
    if (weight !== undefined) return weight.heard.weights[weight.at];
    const tuned = this.tuning.read(name);
    if (tuned !== undefined) return tuned;
    placeOf(name, this.parameters, `parameter of "${this.title}"`);
    return this.plant.readParameter(name);
  }

  change(name: string, value: number, x: Float64Array): void {
    placeOf(name, this.parameters, `parameter of "${this.title}"`);
    const weight = this.weights.get(name);
    if (name === this.switchName) this.isOn = checkedParameter(name, value, 0) === 0 ? 0 : 1;
    else if (weight !== undefined) weight.heard.weights[weight.at] = checkedParameter(name, value, 0);
    else if (!this.tuning.change(name, value)) this.plant.change(name, value, x.subarray(0, this.plant.states.length));
  }

  /** Commands into the plant's inputs, its outputs, what every agent measures, says and hears. */
  private prepare(x: Float64Array, u: Float64Array): void {
    const { plant, seats, free, plantU, plantY, measuredAt, width, saidNow } = this;
    const plantX = x.subarray(0, plant.states.length);
    for (let k = 0; k < free.length; k++) plantU[free[k]] = u[k];
    if (this.needsOutputsFirst) {
      plant.outputsInto(plantX, plantU, plantY);
      this.measureInto(plantY, u, 'y');
    } else if (measuredAt >= 0) this.measureInto(plantY, u, 'y');
    for (const { law, statesAt, y, commands, commandAt } of seats) {
      law.commandInto(x.subarray(statesAt, statesAt + law.states.length), y, commands);
      for (let k = 0; k < commandAt.length; k++) plantU[commandAt[k]] = commands[k];
    }
    plant.outputsInto(plantX, plantU, plantY);
    this.measureInto(plantY, u, 'y');
    this.hearLate(u, 'heard');
    for (let pass = 0; pass < this.passes_count; pass++) {
      for (let k = 0; k < seats.length; k++) {
        const { law, statesAt, y, said, heard } = seats[k];
        law.sayInto(x.subarray(statesAt, statesAt + law.states.length), y, said, heard);
        saidNow.set(said, k * width);
      }
      this.hearPrompt(saidNow, 0, 'heard');
    }
  }

  /** Before anybody speaks: late words are there already, prompt ones that answer to words begin with silence. Serves values and directions. */
  private hearLate(inputs: Float64Array, into: 'heard' | 'dHeard'): void {
    const { seats, heardAt, passes_count } = this;
    if (heardAt >= 0) this.hearInto(inputs, heardAt, into);
    if (heardAt >= 0 || passes_count === 1) return;
    for (let k = 0; k < seats.length; k++) {
      seats[k][into].values.fill(0);
      seats[k][into].own.fill(0);
    }
  }

  /** After all have spoken: prompt words begin at `start` of `said`. Serves values and directions. */
  private hearPrompt(said: Float64Array, start: number, into: 'heard' | 'dHeard'): void {
    const { seats, heardAt, width } = this;
    if (heardAt < 0) {
      this.hearInto(said, start, into);
      return;
    }
    for (let k = 0; k < seats.length; k++) {
      if (seats[k].law.hearsItself === true) continue;
      const { own } = seats[k][into];
      for (let c = 0; c < width; c++) own[c] = said[start + k * width + c];
    }
  }

  /** What agents hear, of neighbours and of themselves: payloads that begin at `start` of `from`. Serves values and directions. */
  private hearInto(from: Float64Array, start: number, into: 'heard' | 'dHeard'): void {
    const { seats, width } = this;
    for (let k = 0; k < seats.length; k++) {
      const { neighbours } = seats[k];
      const { values, own } = seats[k][into];
      for (let j = 0; j < neighbours.length; j++) {
        for (let c = 0; c < width; c++) values[j * width + c] = from[start + neighbours[j] * width + c];
      }
      for (let c = 0; c < width; c++) own[c] = from[start + k * width + c];
    }
  }

  /** What agents measure: outputs of the plant, or the delayed inputs. Serves values and directions. */
  private measureInto(outputs: Float64Array, inputs: Float64Array, into: 'y' | 'dy'): void {
    let at = this.measuredAt;
    for (const seat of this.seats) {
      const y = seat[into];
      for (let k = 0; k < y.length; k++) y[k] = at >= 0 ? inputs[at++] : outputs[seat.measureAt[k]];
    }
  }

  derivativeInto(x: Float64Array, u: Float64Array, rate: Float64Array): void {
    const { plant, seats, isOn } = this;
    this.prepare(x, u);
    const n = plant.states.length;
    plant.derivativeInto(x.subarray(0, n), this.plantU, rate.subarray(0, n));
    for (const { law, statesAt, y, heard } of seats) {
      const end = statesAt + law.states.length;
      const own = rate.subarray(statesAt, end);
      law.rateInto(x.subarray(statesAt, end), y, heard, own);
      if (isOn === 0) own.fill(0);
    }
  }

  outputsInto(x: Float64Array, u: Float64Array, y: Float64Array): void {
    this.prepare(x, u);
    const { plantY, seats, width } = this;
    y.set(plantY);
    for (let k = 0; k < seats.length; k++) y.set(seats[k].said, plantY.length + k * width);
  }

  tangentInto(x: Float64Array, u: Float64Array, dx: Float64Array, du: Float64Array, dRate: Float64Array, dOutputs: Float64Array): void {
    this.prepare(x, u);
    const { plant, seats, free, plantU, dPlantU, dPlantY, width, isOn, scratch } = this;
    const n = plant.states.length;
    const plantX = x.subarray(0, n);
    const dPlantX = dx.subarray(0, n);
    dPlantU.fill(0);
    for (let k = 0; k < free.length; k++) dPlantU[free[k]] = du[k];
    if (this.needsOutputsFirst) plant.tangentInto(plantX, plantU, dPlantX, dPlantU, scratch, dPlantY);
    for (const { dHeard } of seats) {
      dHeard.values.fill(0);
      dHeard.own.fill(0);
    }
    this.measureInto(dPlantY, du, 'dy');
    this.lawTangents(x, dx);
    for (const { commandAt, tangent } of seats) for (let k = 0; k < commandAt.length; k++) dPlantU[commandAt[k]] = tangent.commands[k];

    plant.tangentInto(plantX, plantU, dPlantX, dPlantU, dRate.subarray(0, n), dPlantY);
    this.measureInto(dPlantY, du, 'dy');
    dOutputs.set(dPlantY);
    this.hearLate(du, 'dHeard');
    for (let pass = 0; pass < this.passes_count; pass++) {
      this.lawTangents(x, dx);
      for (let k = 0; k < seats.length; k++) dOutputs.set(seats[k].tangent.said, dPlantY.length + k * width);
      this.hearPrompt(dOutputs, dPlantY.length, 'dHeard');
    }
    this.lawTangents(x, dx);
    for (const { statesAt, tangent } of seats) for (let i = 0; i < tangent.rate.length; i++) dRate[statesAt + i] = isOn * tangent.rate[i];
  }

  private lawTangents(x: Float64Array, dx: Float64Array): void {
    for (const { law, statesAt, y, dy, heard, dHeard, tangent } of this.seats) {
      const end = statesAt + law.states.length;
      law.tangentInto({ x: x.subarray(statesAt, end), y, heard }, { x: dx.subarray(statesAt, end), y: dy, heard: dHeard }, tangent);
    }
  }
}

function checkAgents(agents: readonly ControlledDevice[], graph: Graph): void {
  const wrong = agents.length !== graph.agents.length || agents.some(({ device }, k) => device !== graph.agents[k]);
  const said = agents[0]?.law.says.join();
  const other = agents.find(({ law }) => law.says.join() !== said);
  if (!wrong && other === undefined) return;
  throw new CombinationError({
    code: 'CONTROL_LOOP',
    message: wrong
      ? `The communication graph is about ${graph.agents.join(', ')}, the agents are at ${agents.map(({ device }) => device).join(', ')}`
      : `The agent at "${other!.device}" says ${other!.law.says.join(', ') || 'nothing'}, the others say ${said}`,
    hint: wrong ? 'List the same devices in the same order.' : 'Give all agents laws that understand each other.',
  });
}

function seatAgents(plant: Plant, agents: readonly ControlledDevice[], { adjacency }: Graph): Seat[] {
  const n = agents.length;
  const width = agents[0]?.law.says.length ?? 0;
  let statesAt = plant.states.length;
  return agents.map(({ device, law, tuning }, i) => {
    const neighbours = agents.map((_, j) => j).filter((j) => adjacency[i * n + j] > 0);
    const heard = buildHeard(neighbours.length, width);
    neighbours.forEach((j, k) => {
      heard.weights[k] = adjacency[i * n + j];
    });
    const seat: Seat = {
      device,
      law,
      tuning,
      statesAt,
      ...devicePlaces(plant, device, law),
      neighbours,
      heard,
      dHeard: { ...buildHeard(neighbours.length, width), weights: heard.weights },
      y: new Float64Array(law.measures.length),
      dy: new Float64Array(law.measures.length),
      commands: new Float64Array(law.commands.length),
      said: new Float64Array(width),
      tangent: {
        rate: new Float64Array(law.states.length),
        commands: new Float64Array(law.commands.length),
        said: new Float64Array(width),
      },
    };
    statesAt += law.states.length;
    return seat;
  });
}

const namedWeights = (seats: readonly Seat[], { agents }: Graph, prefix: string): Map<string, { heard: Heard; at: number }> =>
  new Map(
    seats.flatMap(({ device, neighbours, heard }) =>
      neighbours.map((j, at) => [`${prefix}link.${agents[j]}.${device}.weight_frac`, { heard, at }] as const),
    ),
  );
