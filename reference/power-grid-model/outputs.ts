import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import type { EndFlows, PreparedThreePhase, ThreePhaseResult } from '../../packages/core/src/powerflows/three-phase/contract.ts';

/** What power-grid-model says about one component: numbers, or one per phase. */
export type Output = Readonly<Record<string, number | readonly number[]>>;

const rt3 = Math.sqrt(3);

/** Results of a feeder by the id of the component, in the attributes and signs of power-grid-model. Symmetric: of all phases together, from phase a. */
export function pgmOutputs(prepared: PreparedThreePhase, result: ThreePhaseResult, isAsymmetric: boolean): ReadonlyMap<string, Output> {
  const { feeder, places } = prepared;
  const outputs = new Map<string, Output>();
  const value = (perPhase: readonly number[], isSum: boolean): number | readonly number[] =>
    isAsymmetric ? perPhase : isSum ? perPhase.reduce((sum, x) => sum + x, 0) : perPhase[0];
  const node = feeder.buses.map(() => ({ p: [0, 0, 0], q: [0, 0, 0] }));
  const appliance = (id: string, bus: number, flows: EndFlows, sign: number, toNode: number): void => {
    const { p, q, i, s } = phasesOf(flows.ends[0], sign);
    for (let k = 0; k < 3; k++) {
      node[bus].p[k] += toNode * p[k];
      node[bus].q[k] += toNode * q[k];
    }
    outputs.set(id, { p: value(p, true), q: value(q, true), i: value(i, false), ...apparent(p, q, s) });
  };
  const apparent = (p: readonly number[], q: readonly number[], s: readonly number[]): Output => {
    if (isAsymmetric) return { s, pf: p.map((each, k) => (s[k] === 0 ? 0 : each / s[k])) };
    const [pSum, qSum] = [sumOf(p), sumOf(q)];
    const sSum = Math.hypot(pSum, qSum);
    return { s: sSum, pf: sSum === 0 ? 0 : pSum / sSum };
  };
  feeder.sources.forEach((each, k) => appliance(each.id, each.terminal.bus, result.sources[k], -1, 1));
  feeder.generators.forEach((each, k) => {
    const isLoad = each.p_kW[0] < 0;
    appliance(each.id, each.terminal.bus, result.generators[k], isLoad ? 1 : -1, isLoad ? -1 : 1);
  });
  feeder.loads.forEach((each, k) => appliance(each.id, each.terminal.bus, result.loads[k], 1, -1));
  feeder.shunts.forEach((each, k) => appliance(each.id, each.terminal.bus, result.shunts[k], 1, 0));
  const end = (flows: EndFlows['ends'][number], name: string): Output => {
    const { p, q, i, s } = phasesOf(flows, 1);
    const total = isAsymmetric ? s : Math.hypot(sumOf(p), sumOf(q));
    return { [`p_${name}`]: value(p, true), [`q_${name}`]: value(q, true), [`i_${name}`]: value(i, false), [`s_${name}`]: total };
  };
  feeder.lines.forEach((line, k) => {
    const [from, to] = result.lines[k].ends;
    const most_A = Math.max(...phasesOf(from, 1).i, ...phasesOf(to, 1).i);
    outputs.set(line.id, { ...end(from, 'from'), ...end(to, 'to'), loading: most_A / (line.i_max_A ?? Infinity) });
  });
  feeder.switches.forEach((each, k) => {
    const [from, to] = result.switches[k].ends;
    outputs.set(each.id, { ...end(from, 'from'), ...end(to, 'to'), loading: 0 });
  });
  feeder.transformers.forEach((each, k) => {
    const { ends } = result.transformers[k];
    const names = ends.length === 2 ? ['from', 'to'] : ['1', '2', '3'];
    const s_VA = ends.map((flows) =>
      isAsymmetric ? sumOf(phasesOf(flows, 1).s) : Math.hypot(sumOf(phasesOf(flows, 1).p), sumOf(phasesOf(flows, 1).q)),
    );
    const loading = Math.max(...s_VA.map((s, w) => s / each.windings[w].s_rated_kVA / 1000));
    outputs.set(each.id, Object.assign({ loading }, ...ends.map((flows, w) => end(flows, names[w]))));
  });
  feeder.buses.forEach((bus, b) => {
    const phases = [1, 2, 3].map((conductor) => places.indexOf(b, conductor));
    const re = phases.map((at) => (at < 0 ? 0 : result.v_re_V[at]));
    const im = phases.map((at) => (at < 0 ? 0 : result.v_im_V[at]));
    const u = re.map((each, k) => Math.hypot(each, im[k]));
    outputs.set(bus.id, {
      u: isAsymmetric ? u : u[0] * rt3,
      u_pu: value(
        u.map((each) => each / ((bus.v_base_kV * 1000) / rt3)),
        false,
      ),
      u_angle: value(
        re.map((each, k) => Math.atan2(im[k], each)),
        false,
      ),
      p: value(node[b].p, true),
      q: value(node[b].q, true),
      energized: u[0] > 0 ? 1 : 0,
    });
  });
  for (const regulator of feeder.regulators) {
    const tap = result.taps.find((each) => each.transformer === regulator.transformer && each.winding === regulator.windingMoved);
    outputs.set(regulator.id, { tap_pu: tap?.tap_pu ?? tapNow(feeder, regulator) });
  }
  return outputs;
}

const tapNow = (feeder: Feeder, { transformer, windingMoved }: Feeder['regulators'][number]): number =>
  feeder.transformers.find(({ id }) => id === transformer)?.windings[windingMoved].tap_pu ?? 1;

const sumOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0);

/** The three phases of an end in W, var and A. */
function phasesOf({ p_kW, q_kvar, i_re_A, i_im_A }: EndFlows['ends'][number], sign: number) {
  const each = (values: Float64Array, factor: number): number[] => [0, 1, 2].map((k) => factor * (values[k] ?? 0));
  const p = each(p_kW, sign * 1000);
  const q = each(q_kvar, sign * 1000);
  return { p, q, s: p.map((x, k) => Math.hypot(x, q[k])), i: [0, 1, 2].map((k) => Math.hypot(i_re_A[k] ?? 0, i_im_A[k] ?? 0)) };
}
