import type { Line, Matrix, PhaseShunt, Switch, VoltageSource } from '../../network/feeder/feeder.ts';
import { reduceLineConstants } from '../../network/feeder/line-constants.ts';
import { sequenceFromPhaseMatrix } from '../../network/feeder/sequence-matrices.ts';
import { areAlike, isThreePhase, matrixOfPhases } from '../phase-powers.ts';
import { cMax, fused_pu } from './wires.ts';
import type { Values, Writing } from './writing.ts';

export function writeWires(writing: Writing): void {
  const { feeder } = writing;
  for (const source of feeder.sources) writeSource(writing, source);
  for (const line of feeder.lines) writeLine(writing, line);
  for (const element of feeder.switches) writeSwitch(writing, element);
  for (const shunt of feeder.shunts) writeShunt(writing, shunt);
}

/** An external grid without impedance for the positive sequence. One behind an impedance stands at a bus of its own, a line away. */
function writeSource(writing: Writing, source: VoltageSource): void {
  const { losses, feeder } = writing;
  const { id, terminal, e_kV, angle_deg, inService } = source;
  const at = [1, 2, 3].map((phase) => terminal.conductors.indexOf(phase));
  if (at.includes(-1)) {
    losses.add('source', id, 'it has not all three phases, which an external grid has: left out');
    return;
  }
  const isEven = at.every((k, phase) => {
    const turned = (((angle_deg[k] - angle_deg[at[0]] + 120 * phase) % 360) + 360) % 360;
    return Math.abs(e_kV[k] - e_kV[at[0]]) <= 1e-9 * e_kV[at[0]] && Math.min(turned, 360 - turned) < 1e-7;
  });
  if (!isEven) losses.add('source', id, 'its phases differ: all three take the voltage of phase a');
  const { id: busId, v_base_kV } = feeder.buses[terminal.bus];
  const grid: Values = {
    bus: terminal.bus,
    vm_pu: (e_kV[at[0]] * Math.sqrt(3)) / v_base_kV,
    va_degree: angle_deg[at[0]],
    slack_weight: 1,
    in_service: inService,
  };
  const zero = new Array<number>(9).fill(0);
  const r = source.r_ohm === undefined ? zero : matrixOfPhases(source.r_ohm, terminal);
  const x = source.x_ohm === undefined ? zero : matrixOfPhases(source.x_ohm, terminal);
  const sequence = r === undefined || x === undefined ? undefined : sequenceImpedances(r, x);
  if (sequence === undefined) losses.add('source', id, 'its impedance joins other conductors than phases: left out');
  const [zeroZ, one, two] = sequence ?? [none, none, none];
  if (Math.hypot(...one) <= 1e-4 * Math.hypot(...two)) {
    writing.add('ext_grid', id, {
      ...grid,
      ...(Math.hypot(...two) > 0 ? shortCircuit(zeroZ, two, v_base_kV) : writing.isUnbalanced ? ideal : {}),
    });
    return;
  }
  if (Math.hypot(one[0] - two[0], one[1] - two[1]) > 1e-9 * Math.hypot(...one))
    losses.add('source', id, 'its negative sequence is taken as its positive one');
  losses.add('source', id, 'its impedance becomes a line from a bus of its own');
  const behind = writing.add('bus', `${busId} (${id})`, { vn_kv: v_base_kV, type: 'b', in_service: true });
  writing.add('ext_grid', id, { ...grid, bus: behind, ...(writing.isUnbalanced ? ideal : {}) });
  writing.add('line', `${id} impedance`, {
    ...{
      from_bus: behind,
      to_bus: terminal.bus,
      length_km: 1,
      c_nf_per_km: 0,
      g_us_per_km: 0,
      df: 1,
      parallel: 1,
      in_service: true,
      max_i_ka: unlimited_kA,
    },
    ...{ r_ohm_per_km: one[0], x_ohm_per_km: one[1], r0_ohm_per_km: zeroZ[0], x0_ohm_per_km: zeroZ[1], c0_nf_per_km: 0 },
  });
}

type Complex = readonly [re: number, im: number];
const none: Complex = [0, 0];
/** A three-phase power flow of pandapower asks every external grid for a short-circuit power. */
const ideal = { s_sc_max_mva: 1e12, rx_max: 0.1, x0x_max: 1, r0x0_max: 0.1 };

/** Z₀, Z₁, Z₂ = Σ z_ij·e^(jk(θ_j − θ_i))/3 of a matrix that turns with the phases. */
function sequenceImpedances(r: Matrix, x: Matrix): readonly [Complex, Complex, Complex] {
  const of = (k: number): Complex => {
    let [re, im] = [0, 0];
    for (let place = 0; place < 9; place++) {
      const turn = (k * (Math.floor(place / 3) - (place % 3)) * 2 * Math.PI) / 3;
      re += (r[place] * Math.cos(turn) - x[place] * Math.sin(turn)) / 3;
      im += (x[place] * Math.cos(turn) + r[place] * Math.sin(turn)) / 3;
    }
    return [re, im];
  };
  return [of(0), of(1), of(2)];
}

function shortCircuit([r0, x0]: Complex, [r2, x2]: Complex, v_kV: number): Values {
  return { s_sc_max_mva: (cMax * v_kV * v_kV) / Math.hypot(r2, x2), rx_max: r2 / x2, x0x_max: x0 / x2, r0x0_max: r0 / x0 };
}

/** What pandapower writes where a line has no rating. */
const unlimited_kA = 99999;

function writeLine(writing: Writing, line: Line): void {
  const { losses, feeder } = writing;
  const { from, to, id, length_km = 1, closedFrom, closedTo } = line;
  const isFour = from.conductors.join() === '1,2,3,4' && to.conductors.join() === '1,2,3,4';
  if (!isFour && !(isThreePhase(from) && isThreePhase(to))) {
    losses.add('line', id, 'it has not the three phases a b c at both ends, which a line must: left out');
    return;
  }
  const n = from.conductors.length;
  const zero = new Array<number>(n * n).fill(0);
  let { r_ohm, x_ohm, g_S = zero, b_S = zero } = line;
  if (isFour) {
    losses.add('line', id, 'its neutral is taken as earthed at both ends');
    const reduced = reduceLineConstants({ n, r_ohm_per_km: r_ohm, x_ohm_per_km: x_ohm, b_S_per_km: b_S }, 3);
    [r_ohm, x_ohm, b_S] = [reduced.r_ohm_per_km, reduced.x_ohm_per_km, reduced.b_S_per_km];
    g_S = new Array<number>(9).fill(0);
  }
  if (![r_ohm, x_ohm, g_S, b_S].every(areAlike)) losses.add('line', id, 'its phases are taken as alike: the mean of its matrix');
  const [[r1, r0], [x1, x0], [g1, g0], [b1, b0]] = [r_ohm, x_ohm, g_S, b_S].map(sequenceFromPhaseMatrix);
  if (g0 !== 0 && r0 !== r1) losses.add('line', id, 'its leakage in zero sequence is left out');
  const omega = 2 * Math.PI * feeder.frequency_Hz * 1e-9;
  const hasZero = r0 !== r1 || x0 !== x1 || b0 !== b1;
  const index = writing.add('line', id, {
    ...{ from_bus: from.bus, to_bus: to.bus, length_km, df: 1, parallel: 1, type: 'ol', in_service: closedFrom || closedTo },
    ...{
      r_ohm_per_km: r1 / length_km,
      x_ohm_per_km: x1 / length_km,
      c_nf_per_km: b1 / omega / length_km,
      g_us_per_km: (g1 * 1e6) / length_km,
    },
    ...(hasZero || writing.isUnbalanced
      ? { r0_ohm_per_km: r0 / length_km, x0_ohm_per_km: x0 / length_km, c0_nf_per_km: b0 / omega / length_km }
      : {}),
    max_i_ka: line.i_max_A === undefined ? null : line.i_max_A / 1000,
  });
  if (line.length_km === undefined) losses.add('line', id, 'a line needs a length: 1 km, with the impedances of the whole');
  if (closedFrom === closedTo) return;
  const open = closedFrom ? to.bus : from.bus;
  writing.add('switch', `${id} open`, { bus: open, element: index, et: 'l', type: 'LBS', closed: false, z_ohm: 0 });
}

function writeSwitch(writing: Writing, element: Switch): void {
  const { losses, feeder } = writing;
  const { id, from, to, closed, r_ohm = 1e-4, x_ohm = 0, i_max_A } = element;
  const isFour = from.conductors.join() === '1,2,3,4' && to.conductors.join() === '1,2,3,4';
  if (!isFour && !(isThreePhase(from) && isThreePhase(to))) {
    losses.add('switch', id, 'it has not the three phases a b c at both ends, which a switch between buses has: left out');
    return;
  }
  if (x_ohm !== 0) losses.add('switch', id, 'its reactance is left out');
  const isFused = r_ohm <= Math.max(1e-3, 2 * fused_pu * feeder.buses[from.bus].v_base_kV ** 2);
  writing.add('switch', id, {
    ...{ bus: from.bus, element: to.bus, et: 'b', type: 'CB', closed, z_ohm: isFused ? 0 : r_ohm },
    in_ka: i_max_A === undefined ? null : i_max_A / 1000,
  });
}

/** What a shunt takes at nominal voltage; alike in all phases and to earth. */
function writeShunt(writing: Writing, shunt: PhaseShunt): void {
  const { losses, feeder } = writing;
  const { id, terminal, inService, steps_count = 1 } = shunt;
  const { closed_count = steps_count } = shunt;
  const [g, b] = [matrixOfPhases(shunt.g_S, terminal), matrixOfPhases(shunt.b_S, terminal)];
  if (g === undefined || b === undefined) {
    losses.add('shunt', id, 'it joins other conductors than phases and earth: left out');
    return;
  }
  const v2 = feeder.buses[terminal.bus].v_base_kV ** 2;
  if (!areAlike(g) || !areAlike(b)) {
    losses.add(
      'shunt',
      id,
      'it is not alike in all phases: an asymmetric load of constant power, what it takes from each phase at nominal voltage',
    );
    const share = closed_count / steps_count;
    const each = (matrix: Matrix, sign: number, k: number): number => (sign * share * v2 * perPhase(matrix, k)) / 3;
    const [p, q] = [[0, 1, 2].map((k) => each(g, 1, k)), [0, 1, 2].map((k) => each(b, -1, k))];
    writing.add('asymmetric_load', id, {
      ...{ bus: terminal.bus, p_a_mw: p[0], q_a_mvar: q[0], p_b_mw: p[1], q_b_mvar: q[1], p_c_mw: p[2], q_c_mvar: q[2] },
      ...{ scaling: 1, in_service: inService, type: 'wye' },
    });
    return;
  }
  const [[g1, g0], [b1, b0]] = [sequenceFromPhaseMatrix(g), sequenceFromPhaseMatrix(b)];
  const isEarthed = Math.hypot(g1 - g0, b1 - b0) <= 1e-9 * Math.hypot(g1, b1);
  if (!isEarthed) losses.add('shunt', id, 'its zero sequence is taken as its positive one');
  writing.add('shunt', id, {
    ...{ bus: terminal.bus, p_mw: (g1 * v2) / steps_count, q_mvar: (-b1 * v2) / steps_count, vn_kv: feeder.buses[terminal.bus].v_base_kV },
    ...{ step: closed_count, max_step: steps_count, in_service: inService },
  });
}

/** Row k of the matrix at voltages of the three phases: y_kk − (what stands beside it)/2. */
const perPhase = (matrix: Matrix, k: number): number => matrix[4 * k] - (matrix[3 * k + ((k + 1) % 3)] + matrix[3 * k + ((k + 2) % 3)]) / 2;
