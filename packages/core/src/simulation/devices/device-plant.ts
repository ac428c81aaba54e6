/**
 * One device behind its inverter within seconds: follows commands of power inside the limits that its declaration states.
 *
 * | state | rate |
 * |---|---|
 * | p | (clip(p_set; p_min, p_max) − p)/lag; the last `TAPER_FRAC` of what is stored, or of the room that is left, gives and takes in proportion |
 * | q | (clip(q_set, ±√(s² − p²)) − q)/lag |
 * | e | (giving·max(p, 0) + taking·min(p, 0) − leak·e + idle)/3600 |
 *
 * Inputs `<device>.p_set_kW`, `.q_set_kvar`; outputs `<device>.p_kW`, `.q_kvar`, `.e_kWh` (0 without a store). Its law comes from `fastLaw` in devices/fast.ts, so at rest it is
 * where the declared law is with the same power.
 */
import type { FastLaw, FastStore } from '../../devices/contract.ts';
import { type Plant, placeOf } from '../plant.ts';

const TAPER_FRAC = 1e-3;
const S_PER_H = 3600;

export function devicePlant(id: string, law: FastLaw): Plant {
  const { p_min_kW, p_max_kW, s_max_kVA, hasReactive, lag_s, store } = law;
  const most = (p: number): number => (hasReactive ? Math.sqrt(Math.max(0, s_max_kVA * s_max_kVA - p * p)) : 0);
  return {
    title: `device "${id}"`,
    states: [
      { name: `${id}.active_kW`, equation: `dp/dt = (p_set − p)/lag of device "${id}"` },
      { name: `${id}.reactive_kvar`, equation: `dq/dt = (q_set − q)/lag of device "${id}"` },
      ...(store === undefined ? [] : [{ name: `${id}.stored_kWh`, equation: `dE/dt by power given, taken and lost of device "${id}"` }]),
    ],
    inputs: [`${id}.p_set_kW`, `${id}.q_set_kvar`],
    outputs: [`${id}.p_kW`, `${id}.q_kvar`, `${id}.e_kWh`],
    parameters: [],
    startInto(x) {
      x.fill(0);
      if (store !== undefined) x[2] = store.e_start_kWh;
    },
    inputsInto: (u) => u.fill(0),
    derivativeInto(x, u, rate) {
      const wish = clip(u[0], p_min_kW, p_max_kW);
      rate[0] = (wish * leftOf(store, x[2], wish) - x[0]) / lag_s;
      rate[1] = (clip(u[1], -most(x[0]), most(x[0])) - x[1]) / lag_s;
      if (store !== undefined) {
        const { giving_frac, taking_frac, leak_per_h, idle_kW } = store;
        rate[2] = ((x[0] > 0 ? giving_frac : taking_frac) * x[0] - leak_per_h * x[2] + idle_kW) / S_PER_H;
      }
    },
    outputsInto(x, _u, y) {
      y[0] = x[0];
      y[1] = x[1];
      y[2] = store === undefined ? 0 : x[2];
    },
    tangentInto(x, u, dx, du, dRate, dOutputs) {
      const wish = clip(u[0], p_min_kW, p_max_kW);
      const left = leftOf(store, x[2], wish);
      const dWish = (u[0] > p_min_kW && u[0] < p_max_kW ? 1 : 0) * du[0];
      dRate[0] = (left * dWish + (store === undefined ? 0 : wish * leftSlope(store, x[2], wish) * dx[2]) - dx[0]) / lag_s;
      const limit = most(x[0]);
      const isInside = Math.abs(u[1]) < limit;
      const dLimit = (!isInside && limit > 0 && Number.isFinite(limit) ? (-Math.sign(u[1]) * x[0]) / limit : 0) * dx[0];
      dRate[1] = ((isInside ? 1 : 0) * du[1] + dLimit - dx[1]) / lag_s;
      if (store !== undefined) {
        const { giving_frac, taking_frac, leak_per_h } = store;
        dRate[2] = ((x[0] > 0 ? giving_frac : taking_frac) * dx[0] - leak_per_h * dx[2]) / S_PER_H;
      }
      dOutputs[0] = dx[0];
      dOutputs[1] = dx[1];
      dOutputs[2] = store === undefined ? 0 : dx[2];
    },
    readParameter: (name) => placeOf(name, [], `parameter of device "${id}"`),
    change(name) {
      placeOf(name, [], `parameter of device "${id}"`);
    },
  };
}

const clip = (value: number, least: number, greatest: number): number => Math.min(greatest, Math.max(least, value));

/** What is left of a power in its direction. */
function leftOf(store: FastStore | undefined, e: number, p: number): number {
  return store === undefined ? 1 : clip(room(store, e, p), 0, 1);
}

/** Stored energy, or room for it, as a part of what tapers. */
const room = ({ e_min_kWh, e_max_kWh }: FastStore, e: number, p: number): number =>
  (p > 0 ? e - e_min_kWh : e_max_kWh - e) / (TAPER_FRAC * (e_max_kWh - e_min_kWh));

function leftSlope(store: FastStore, e: number, p: number): number {
  const part = room(store, e, p);
  return part > 0 && part < 1 ? (p > 0 ? 1 : -1) / (TAPER_FRAC * (store.e_max_kWh - store.e_min_kWh)) : 0;
}
