import type { Device } from '../../devices/contract.ts';
import { type Affine, mul, sum, type Variable } from '../../problem/affine.ts';
import { type Block, buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import { type PlacedBlock, placeBlock } from '../../problem/place-block.ts';
import { type TwoStage, TwoStageModel } from '../../problem/two-stage.ts';
import { blockSlopes } from '../../problem/uncertain-block.ts';
import { expectedOf } from './outcomes.ts';
import { type Prepared, valuesAt } from './prepare.ts';

/** The study as a decision in two stages, and where everybody's part of an answer stands. */
export interface DispatchProblem {
  readonly problem: TwoStage;
  readonly model: TwoStageModel;
  /** The grid above, then the devices. */
  readonly parts: readonly DispatchPart[];
  readonly wires: PlacedBlock;
  /** Buses with somebody, in the order of the wires' terminals. */
  readonly connected: readonly number[];
}

export interface DispatchPart {
  readonly device: Device;
  readonly block: Block;
  readonly placed: PlacedBlock;
}

/** What a two-stage answer says: decisions, reactions, outcome. */
export interface Answer {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly u: Float64Array;
}

/**
 * Every device writes its block, wires theirs, and at every connected bus what devices inject is what the wires take; a kWh or kvarh that
 * is missing or too much there is priced, so that a plan can always be carried out. What is decided ahead may have to hold its active power for several steps: an upper layer
 * over a lower one that reacts on every step.
 */
export function dispatchProblem(prepared: Prepared): DispatchProblem {
  const { document, everyone, grid, network, slack, symbols, decided } = prepared;
  const { hold_count } = document.decided;
  const model = new TwoStageModel();
  const expected = expectedOf(prepared);
  const variables = symbols.map(({ quantity, step }) =>
    model.symbol(`${document.uncertain[quantity].name}[${step}]`, expected[symbolIndex(prepared, quantity, step)]),
  );
  const parts = everyone.map((device, k): DispatchPart => {
    const where = k === 0 ? 'upstream' : `devices[${k - 1}] "${device.id}"`;
    const own = symbols.map((_, s) => s).filter((s) => prepared.quantities[symbols[s].quantity].members.includes(k));
    const block = blockAt(prepared, k, expected);
    if (own.length === 0) return { device, block, placed: placeBlock(model, block, decided[k], undefined, where) };
    const build = (values: Float64Array): Block => {
      const u = Float64Array.from(expected);
      own.forEach((s, i) => void (u[s] = values[i]));
      return blockAt(prepared, k, u);
    };
    const ownExpected = Float64Array.from(own, (s) => expected[s]);
    const slopes = blockSlopes(build, ownExpected, ownExpected.map(Math.abs), where);
    const uncertain = { slopes, symbols: { variables: own.map((s) => variables[s]), expected: ownExpected } };
    return { device, block, placed: placeBlock(model, block, decided[k], uncertain, where) };
  });
  parts.forEach(({ device, placed }, k) => {
    if (decided[k] !== 'ahead') return;
    for (let t = 1; t < grid.steps_count; t++) {
      if (t % hold_count === 0) continue;
      const change = sum(placed.ports[0][t], mul(-1, placed.ports[0][t - 1]));
      if (change.terms.length > 0) model.equal(`${device.id} holds its power[${t}]`, change, 0);
    }
  });

  const connected = [...new Set(everyone.map(({ bus }) => network.buses.findIndex(({ id }) => id === bus)))].sort((a, b) => a - b);
  const formulated = prepared.formulation.build({
    network: drawnIn(prepared),
    grid,
    slack,
    v_slack_pu: prepared.v_slack_pu,
    connected,
    s_connected_kVA: new Float64Array(connected.length).fill(sizeOf(parts)),
    p_fixed_kW: prepared.p_fixed_kW,
    q_fixed_kvar: prepared.q_fixed_kvar,
    lossPrice_cur_per_kWh: new Float64Array(grid.steps_count),
  });
  const wires = placeBlock(model, withoutFuses(formulated.block), 'later', undefined, 'formulation');
  const price = document.shortfall_cur_per_kWh * grid.dt_h;
  connected.forEach((b, c) => {
    const here = parts.filter(({ device }) => device.bus === network.buses[b].id);
    for (let channel = 0; channel < 2; channel++) {
      for (let t = 0; t < grid.steps_count; t++) {
        const name = `${channel === 0 ? 'kW' : 'kvar'} at bus ${network.buses[b].id}[${t}]`;
        const given = sum(wires.ports[2 * c + channel][t], ...here.map(({ placed }) => placed.ports[channel][t]));
        if (given.terms.length > 0) model.equal(name, given, 0, { price });
      }
    }
  });
  return { problem: model.build(), model, parts, wires, connected };
}

const symbolIndex = ({ symbols }: Prepared, quantity: number, step: number): number =>
  symbols.findIndex((symbol) => symbol.quantity === quantity && symbol.step === step);

function blockAt(prepared: Prepared, k: number, u: ArrayLike<number>): Block {
  const device = prepared.everyone[k];
  const values = valuesAt(prepared, k, u);
  return buildBlock(
    device.id,
    declaration(prepared.grid, (m) => device.kind.declare(m, values)),
    { exclusive: prepared.document.exclusive },
  );
}

/** What one device can exchange at most, kW or kvar: how large powers are here. */
function sizeOf(parts: readonly DispatchPart[]): number {
  let largest = 1;
  for (const { block } of parts) {
    const { lower, upper } = block.program;
    for (const { map, offset } of block.ports) {
      const reach = offset.map(Math.abs);
      for (let j = 0; j < map.cols_count; j++) {
        const most = Math.max(...[lower[j], upper[j]].map((bound) => (Number.isFinite(bound) ? Math.abs(bound) : 0)));
        for (let p = map.colStart[j]; p < map.colStart[j + 1]; p++) reach[map.rowIndex[p]] += Math.abs(map.values[p]) * most;
      }
      for (const value of reach) largest = Math.max(largest, value);
    }
  }
  return largest;
}

/** Wires whose connections have no limit of their own: devices have theirs, and a fuse that bites would hide in no balance. */
function withoutFuses(block: Block): Block {
  const lower = Float64Array.from(block.program.lower);
  const upper = Float64Array.from(block.program.upper);
  for (const { map } of block.ports) {
    for (let j = 0; j < map.cols_count; j++) {
      if (map.colStart[j + 1] === map.colStart[j]) continue;
      lower[j] = Number.NEGATIVE_INFINITY;
      upper[j] = Number.POSITIVE_INFINITY;
    }
  }
  return { ...block, program: { ...block.program, lower, upper } };
}

/** The network with its voltage limits drawn in by the margin of the study, as far as they leave room. */
function drawnIn({ network, document }: Prepared): Prepared['network'] {
  const { margin_pu } = document.limits;
  return {
    ...network,
    buses: network.buses.map((bus) => {
      const margin = Math.min(margin_pu, (bus.v_max_pu - bus.v_min_pu) / 2);
      return { ...bus, v_min_pu: bus.v_min_pu + margin, v_max_pu: bus.v_max_pu - margin };
    }),
  };
}

/** The number that an expression of the model has in an answer. */
export function numberIn({ model }: DispatchProblem, of: Affine, answer: Answer): number {
  let value = of.constant as number;
  for (const { variable, coefficient } of of.terms) value += (coefficient as number) * model.value(variable, answer);
  return value;
}

/** What a device injects on every step, by channel. */
export function injectedBy(dispatch: DispatchProblem, { placed }: DispatchPart, channel: number, answer: Answer): number[] {
  return placed.ports[channel].map((of) => numberIn(dispatch, of, answer));
}

/** The trajectories of a device in an answer, by name. */
export function trajectoriesOf(dispatch: DispatchProblem, { block, placed }: DispatchPart, answer: Answer): Map<string, number[]> {
  return new Map(
    block.trajectories.map(({ name, columns }) => [name, Array.from(columns, (j) => dispatch.model.value(placed.columns[j], answer))]),
  );
}

/** Variables of a device that are decided ahead: trajectories by name, and whole choices that have none. */
export function aheadOf(
  dispatch: DispatchProblem,
  part: DispatchPart,
): { readonly name: string; readonly variables: readonly Variable[] }[] {
  const isAhead = (j: number): boolean => dispatch.model.isFirst(part.placed.columns[j]);
  const named = part.block.trajectories
    .filter(({ columns }) => isAhead(columns[0]))
    .map(({ name, columns }) => ({
      name,
      variables: Array.from(columns, (j) => part.placed.columns[j]),
    }));
  const known = new Set(part.block.trajectories.flatMap(({ columns }) => [...columns]));
  const choices = new Map<string, Variable[]>();
  part.placed.columns.forEach((variable, j) => {
    if (known.has(j) || !isAhead(j)) return;
    const label = variable.name.replace(/\[\d+\]/, '').replace(`${part.block.name}.`, '');
    choices.set(label, [...(choices.get(label) ?? []), variable]);
  });
  return [...named, ...[...choices].map(([name, variables]) => ({ name, variables }))];
}
