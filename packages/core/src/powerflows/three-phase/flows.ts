import type { Feeder, Terminal } from '../../network/feeder/feeder.ts';
import type { EndFlows, Places, ThreePhaseResult } from './contract.ts';
import type { Wire, WireKind } from './elements.ts';
import type { InjectionKind, Injections } from './injections.ts';
import { placesOf } from './places.ts';

type Flows = Pick<ThreePhaseResult, WireKind | InjectionKind>;

export interface ElementFlows extends Flows {
  /** Worst |v·(Σi)*| over the places, from the elements' own currents. */
  readonly mismatch_max_kVA: number;
  readonly worstPlace: number;
  readonly loss_kW: number;
  readonly loss_kvar: number;
}

/**
 * Currents and powers of every element at the solved voltages, element by element, and what they leave unbalanced.
 *
 * i = Y·v for wires; Y·(v − e) for sources behind an impedance; an ideal source gives what the others take at its places (of several ideal sources at one
 * place the first gives it). The balance is taken from these currents, not from the equations that were solved.
 * @unit A, kW, kvar; + from the bus into the element
 */
export function elementFlows(
  feeder: Feeder,
  places: Places,
  wires: readonly Wire[],
  injections: Injections,
  v_re_V: Float64Array,
  v_im_V: Float64Array,
  source_frac: number,
): ElementFlows {
  const sum = new Float64Array(2 * places.count);
  const take = (place: number, re: number, im: number) => {
    if (place < 0) return;
    sum[2 * place] += re;
    sum[2 * place + 1] += im;
  };
  const found: Record<WireKind, EndFlows[]> = { lines: [], switches: [], transformers: [], shunts: [], sources: [] };
  for (const wire of wires) {
    const i = wireCurrents(feeder, wire, v_re_V, v_im_V, source_frac);
    wire.places.forEach((place, k) => {
      take(place, i[2 * k], i[2 * k + 1]);
    });
    found[wire.kind].push(endFlows(wire.terminals, wire.places, i, v_re_V, v_im_V));
  }
  const injected = injectionFlows(feeder, places, injections, v_re_V, v_im_V, take);
  giveIdealSources(feeder, wires, found.sources, sum, v_re_V, v_im_V);

  let mismatch_max_kVA = 0;
  let worstPlace = -1;
  for (let place = 0; place < places.count; place++) {
    const miss = (Math.hypot(sum[2 * place], sum[2 * place + 1]) * Math.hypot(v_re_V[place], v_im_V[place])) / 1000;
    if (miss <= mismatch_max_kVA) continue;
    mismatch_max_kVA = miss;
    worstPlace = place;
  }
  let loss_kW = 0;
  let loss_kvar = 0;
  for (const { ends } of [...found.lines, ...found.switches, ...found.transformers]) {
    for (const { p_kW, q_kvar } of ends) {
      for (let k = 0; k < p_kW.length; k++) {
        loss_kW += p_kW[k];
        loss_kvar += q_kvar[k];
      }
    }
  }
  for (const { ends } of found.shunts) for (const { p_kW } of ends) for (const p of p_kW) loss_kW += p;
  return { ...found, ...injected, mismatch_max_kVA, worstPlace, loss_kW, loss_kvar };
}

/** Active power of several elements together, + from the network into them. */
export function powerInto_kW(flows: readonly EndFlows[]): number {
  let sum_kW = 0;
  for (const { ends } of flows) for (const { p_kW } of ends) for (let k = 0; k < p_kW.length; k++) sum_kW += p_kW[k];
  return sum_kW;
}

/** Currents of all rows of a wire's admittance, into the wire (re, im). */
function wireCurrents(feeder: Feeder, wire: Wire, v_re_V: Float64Array, v_im_V: Float64Array, source_frac: number): Float64Array {
  const count = wire.places.length;
  const i = new Float64Array(2 * count);
  if (wire.admittance === undefined) return i;
  const { g_S, b_S } = wire.admittance;
  const source = wire.kind === 'sources' ? feeder.sources[wire.index] : undefined;
  for (let l = 0; l < count; l++) {
    const place = wire.places[l];
    if (place < 0) continue;
    let re = v_re_V[place];
    let im = v_im_V[place];
    if (source !== undefined) {
      const angle = (source.angle_deg[l] * Math.PI) / 180;
      const e = source_frac * source.e_kV[l] * 1000;
      re -= e * Math.cos(angle);
      im -= e * Math.sin(angle);
    }
    for (let k = 0; k < count; k++) {
      const g = g_S[k * count + l];
      const b = b_S[k * count + l];
      i[2 * k] += g * re - b * im;
      i[2 * k + 1] += g * im + b * re;
    }
  }
  return i;
}

/** @param at - places of all conductors, one end after another; currents i likewise (re, im) */
function endFlows(terminals: readonly Terminal[], at: Int32Array, i: Float64Array, v_re_V: Float64Array, v_im_V: Float64Array): EndFlows {
  let next = 0;
  return {
    ends: terminals.map(({ conductors }) => {
      const count = conductors.length;
      const end = {
        i_re_A: new Float64Array(count),
        i_im_A: new Float64Array(count),
        p_kW: new Float64Array(count),
        q_kvar: new Float64Array(count),
      };
      for (let k = 0; k < count; k++, next++) {
        const i_re = i[2 * next];
        const i_im = i[2 * next + 1];
        const v_re = at[next] < 0 ? 0 : v_re_V[at[next]];
        const v_im = at[next] < 0 ? 0 : v_im_V[at[next]];
        end.i_re_A[k] = i_re;
        end.i_im_A[k] = i_im;
        end.p_kW[k] = (v_re * i_re + v_im * i_im) / 1000;
        end.q_kvar[k] = (v_im * i_re - v_re * i_im) / 1000;
      }
      return end;
    }),
  };
}

/** Loads, generators and inverters; their currents go to `take`. */
function injectionFlows(
  feeder: Feeder,
  places: Places,
  injections: Injections,
  v_re_V: Float64Array,
  v_im_V: Float64Array,
  take: (place: number, re: number, im: number) => void,
): Record<InjectionKind, EndFlows[]> {
  const currents = (kind: InjectionKind) => feeder[kind].map((item) => new Float64Array(2 * item.terminal.conductors.length));
  const i: Record<InjectionKind, Float64Array[]> = {
    loads: currents('loads'),
    generators: currents('generators'),
    inverters: currents('inverters'),
  };
  injections.list.forEach((one, e) => {
    const v_base_V = places.v_base_V[one.from >= 0 ? one.from : one.to];
    const re = (one.from < 0 ? 0 : v_re_V[one.from]) - (one.to < 0 ? 0 : v_re_V[one.to]);
    const im = (one.from < 0 ? 0 : v_im_V[one.from]) - (one.to < 0 ? 0 : v_im_V[one.to]);
    const perVolt = 1000 / (v_base_V * v_base_V);
    const g = injections.y[2 * e] * perVolt;
    const b = injections.y[2 * e + 1] * perVolt;
    const i_re = g * re - b * im;
    const i_im = g * im + b * re;
    const into = i[one.kind][one.owner];
    into[2 * one.fromAt] += i_re;
    into[2 * one.fromAt + 1] += i_im;
    into[2 * one.toAt] -= i_re;
    into[2 * one.toAt + 1] -= i_im;
    take(one.from, i_re, i_im);
    take(one.to, -i_re, -i_im);
  });
  const flows = (kind: InjectionKind) =>
    feeder[kind].map((item, k) => endFlows([item.terminal], placesOf(places, item.terminal), i[kind][k], v_re_V, v_im_V));
  return { loads: flows('loads'), generators: flows('generators'), inverters: flows('inverters') };
}

/** What is missing at the places of ideal sources comes from them. */
function giveIdealSources(
  feeder: Feeder,
  wires: readonly Wire[],
  sources: EndFlows[],
  sum: Float64Array,
  v_re_V: Float64Array,
  v_im_V: Float64Array,
): void {
  for (const wire of wires) {
    if (wire.kind !== 'sources' || wire.admittance !== undefined || !feeder.sources[wire.index].inService) continue;
    const i = new Float64Array(2 * wire.places.length);
    wire.places.forEach((place, k) => {
      if (place < 0) return;
      i[2 * k] = -sum[2 * place];
      i[2 * k + 1] = -sum[2 * place + 1];
      sum[2 * place] = 0;
      sum[2 * place + 1] = 0;
    });
    sources[wire.index] = endFlows(wire.terminals, wire.places, i, v_re_V, v_im_V);
  }
}
