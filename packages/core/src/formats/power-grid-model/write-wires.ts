import type { Line, Matrix, PhaseShunt, Switch, VoltageSource } from '../../network/feeder/feeder.ts';
import { sequenceFromPhaseMatrix } from '../../network/feeder/sequence-matrices.ts';
import { areAlike, isThreePhase, matrixOfPhases } from '../phase-powers.ts';
import { frequency_Hz, ideal_VA, link_pu } from './wires.ts';
import type { Component, Writing } from './writing.ts';

const onOff = (on: boolean): number => (on ? 1 : 0);

export function writeWires(writing: Writing): void {
  const { feeder } = writing;
  for (const source of feeder.sources) writeSource(writing, source);
  for (const line of feeder.lines) writeLine(writing, line);
  for (const element of feeder.switches) writeSwitch(writing, element);
  for (const shunt of feeder.shunts) writeShunt(writing, shunt);
}

function writeSource(writing: Writing, source: VoltageSource): void {
  const { losses, feeder } = writing;
  const { terminal, e_kV, angle_deg, id } = source;
  const u_rated_V = feeder.buses[terminal.bus].v_base_kV * 1000;
  const first = terminal.conductors.indexOf(1);
  if (first < 0 || ![2, 3].every((phase) => terminal.conductors.includes(phase))) {
    losses.add('source', id, 'it has not all three phases, which a source must: left out');
    return;
  }
  const isEven = [1, 2, 3].every((phase, k) => {
    const at = terminal.conductors.indexOf(phase);
    const turned = (((angle_deg[at] - angle_deg[first] + 120 * k) % 360) + 360) % 360;
    return Math.abs(e_kV[at] - e_kV[first]) <= 1e-9 * e_kV[first] && Math.min(turned, 360 - turned) < 1e-7;
  });
  if (!isEven) losses.add('source', id, 'its phases differ: all three take the voltage of phase a');
  const record: Component = {
    ...writing.identity('source', id),
    node: writing.node(terminal),
    status: onOff(source.inService),
    u_ref: (e_kV[first] * 1000 * Math.sqrt(3)) / u_rated_V,
    u_ref_angle: (angle_deg[first] * Math.PI) / 180,
  };
  writing.add('source', { ...record, ...impedanceOf(writing, source, u_rated_V) });
}

/** The short-circuit power of its positive sequence; one ratio stands for both parts of its zero sequence. */
function impedanceOf({ losses }: Writing, { id, terminal, r_ohm, x_ohm }: VoltageSource, u_rated_V: number): Component {
  const zero = new Array<number>(9).fill(0);
  const r = r_ohm === undefined ? zero : matrixOfPhases(r_ohm, terminal);
  const x = x_ohm === undefined ? zero : matrixOfPhases(x_ohm, terminal);
  const ideal = { sk: ideal_VA, rx_ratio: 0.1, z01_ratio: 1 };
  if (r === undefined || x === undefined || !areAlike(r) || !areAlike(x)) {
    losses.add('source', id, 'its impedance is not alike in all phases: written as ideal');
    return ideal;
  }
  const [r1, r0] = sequenceFromPhaseMatrix(r);
  const [x1, x0] = sequenceFromPhaseMatrix(x);
  const z1 = Math.hypot(r1, x1);
  if (z1 === 0) return ideal;
  if (Math.abs(r0 * x1 - r1 * x0) > 1e-9 * z1 * Math.hypot(r0, x0)) {
    losses.add('source', id, 'its zero sequence has another R/X than its positive one: its size is kept');
  }
  return { sk: (u_rated_V * u_rated_V) / z1, rx_ratio: r1 / x1, z01_ratio: Math.hypot(r0, x0) / z1 };
}

const omega = 2 * Math.PI * frequency_Hz;
const letters = ['a', 'b', 'c', 'n'];

function writeLine(writing: Writing, line: Line): void {
  const { losses } = writing;
  const { from, to, id } = line;
  const isFour = from.conductors.join() === '1,2,3,4' && to.conductors.join() === '1,2,3,4';
  if (!isFour && !(isThreePhase(from) && isThreePhase(to))) {
    losses.add('line', id, 'it has not the three phases a b c at both ends, which a line must: left out');
    return;
  }
  const n = from.conductors.length;
  const b_S = line.b_S ?? new Array<number>(n * n).fill(0);
  const g_S = line.g_S ?? new Array<number>(n * n).fill(0);
  const record: Component = {
    ...writing.identity('line', id),
    from_node: writing.node(from),
    to_node: writing.node(to),
    from_status: onOff(line.closedFrom),
    to_status: onOff(line.closedTo),
    ...(line.i_max_A === undefined ? {} : { i_n: line.i_max_A }),
  };
  if (line.length_km !== undefined) losses.add('length of line', id, 'lines have none; impedances are of the whole length');
  if (!isFour && [line.r_ohm, line.x_ohm, b_S, g_S].every(areAlike)) {
    const [[r1, r0], [x1, x0], [b1, b0], [g1, g0]] = [line.r_ohm, line.x_ohm, b_S, g_S].map(sequenceFromPhaseMatrix);
    const tangent = (g: number, b: number): number => (b === 0 ? 0 : g / b);
    if ((b1 === 0 && g1 !== 0) || (b0 === 0 && g0 !== 0)) losses.add('line', id, 'its leakage stands without charging: left out');
    writing.add('line', {
      ...record,
      ...{ r1, x1, c1: b1 / omega, tan1: tangent(g1, b1), r0, x0, c0: b0 / omega, tan0: tangent(g0, b0) },
    });
    return;
  }
  if (g_S.some((g) => g !== 0)) losses.add('line', id, 'an asym_line has no leakage: left out');
  if (isFour) losses.add('line', id, 'its neutral is taken as earthed at both ends');
  if (isFour && b_S.some((b, k) => b !== 0 && (k % 4 === 3 || k >= 12))) losses.add('line', id, 'the charging of its neutral is left out');
  writing.add('asym_line', {
    ...record,
    ...triangle('r', line.r_ohm, n),
    ...triangle('x', line.x_ohm, n),
    ...triangle(
      'c',
      b_S.map((b) => b / omega),
      n,
      3,
    ),
  });
}

/** `r_aa`, `r_ba`, `r_bb`, …: the first `kept` of n conductors. */
function triangle(quantity: string, matrix: Matrix, n: number, kept = n): Component {
  const cells: Component = {};
  for (let i = 0; i < kept; i++) for (let j = 0; j <= i; j++) cells[`${quantity}_${letters[i]}${letters[j]}`] = matrix[i * n + j];
  return cells;
}

/** Up to this resistance a switch is a link; a switch that says more is a line without length. */
const largest_ohm = 1e-3;

function writeSwitch(writing: Writing, element: Switch): void {
  const { losses, feeder } = writing;
  const { id, from, to, closed, r_ohm = 1e-4, x_ohm = 0 } = element;
  const isFour = from.conductors.join() === '1,2,3,4' && to.conductors.join() === '1,2,3,4';
  if (!isFour && !(isThreePhase(from) && isThreePhase(to))) {
    losses.add('switch', id, 'it has not the three phases a b c at both ends, which a link must: left out');
    return;
  }
  const status = onOff(closed);
  const record = {
    ...writing.identity('switch', id),
    from_node: writing.node(from),
    to_node: writing.node(to),
    from_status: status,
    to_status: status,
  };
  const zBase_ohm = feeder.buses[from.bus].v_base_kV ** 2;
  const isLink = Math.hypot(r_ohm, x_ohm) <= Math.max(largest_ohm, 2 * link_pu * zBase_ohm);
  if (element.i_max_A !== undefined) losses.add('rating of switch', id, 'links have none: left out');
  if (isLink) writing.add('link', record);
  else {
    losses.add('switch', id, 'its impedance makes it a line without charging');
    writing.add('line', { ...record, r1: r_ohm, x1: x_ohm, c1: 0, tan1: 0, r0: r_ohm, x0: x_ohm, c0: 0, tan0: 0 });
  }
}

/** A shunt of alike phases; one that is not, of constant impedance between phases and earth, is an asymmetric load. */
function writeShunt(writing: Writing, shunt: PhaseShunt): void {
  const { losses, feeder } = writing;
  const { id, terminal, inService, steps_count = 1 } = shunt;
  const { closed_count = steps_count } = shunt;
  const share = closed_count / steps_count;
  const [g, b] = [matrixOfPhases(shunt.g_S, terminal), matrixOfPhases(shunt.b_S, terminal)];
  if (g === undefined || b === undefined) {
    losses.add('shunt', id, 'it joins other conductors than phases and earth: left out');
    return;
  }
  if (steps_count > 1) losses.add('steps of shunt', id, 'shunts have none: written as it stands');
  const record = { node: writing.node(terminal), status: onOff(inService) };
  if (areAlike(g) && areAlike(b)) {
    const [[g1, g0], [b1, b0]] = [sequenceFromPhaseMatrix(g), sequenceFromPhaseMatrix(b)];
    writing.add('shunt', { ...writing.identity('shunt', id), ...record, g1: g1 * share, b1: b1 * share, g0: g0 * share, b0: b0 * share });
    return;
  }
  const between = (matrix: Matrix): boolean => matrix.some((value, k) => k % 4 !== 0 && value !== 0);
  if (between(g) || between(b))
    losses.add('shunt', id, 'what it has between phases is left out; what it has to earth is an asymmetric load of constant impedance');
  else losses.add('shunt', id, 'it is not alike in all phases: written as an asymmetric load of constant impedance');
  const v2 = (feeder.buses[terminal.bus].v_base_kV * 1000) ** 2 / 3;
  const perPhase = (matrix: Matrix, sign: number): readonly number[] => [0, 4, 8].map((k) => sign * matrix[k] * share * v2);
  writing.add('asym_load', {
    ...writing.identity('shunt', id),
    ...record,
    type: 1,
    p_specified: perPhase(g, 1),
    q_specified: perPhase(b, -1),
  });
}
