import type { Inverter, Profile, StorageTriggers } from '../../../network/feeder/feeder.ts';
import type { DssObject } from '../script/objects.ts';
import { numberOf, positiveOf, wordOf } from '../script/values.ts';
import { placementOf, profileUseOf } from './consumers.ts';
import { valueAt } from './curves.ts';
import { type FeederDraft, isEnabled } from './draft.ts';
import { applyToInverter, type InverterValues, inverterDefaults, varsOf } from './inverter-values.ts';
import { isOpened } from './open.ts';

interface Store {
  p_kW: number;
  limit_pct: number;
  e_kWh: number;
  stored_kWh: number;
  reserve_pct: number;
  /** The reserve counts once the size or the reserve was said. */
  reserveCounts: boolean;
  state: 'idling' | 'charging' | 'discharging';
  discharge_pct: number;
  charge_pct: number;
  etaCharge_pct: number;
  etaDischarge_pct: number;
  idle_pct: number;
  dispatch: string;
  /** 0: none. */
  chargeTrigger: number;
  dischargeTrigger: number;
  charge_h: number;
}

/**
 * Storage → `Inverter` with a store, at the dispatch in which the script leaves it: idle, charging unless full, discharging unless at its reserve.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_BUS, OPENDSS_UNKNOWN_NAME
 */
export function makeStorage(draft: FeederDraft, object: DssObject, profiles: ReadonlyMap<string, Profile>): void {
  if (!isEnabled(object)) return;
  const { values, store } = replay(draft, object);
  const place = placementOf(draft, object, values.phases_count, values.isDelta, values.v_kV);
  const p_kW = dispatched(values, store);
  const isIdle = stateOf(store) === 'idling';
  if (values.model !== 1) draft.drop(object, `model ${values.model} is not carried over; constant power is taken`);
  if (store.dispatch !== 'default' && store.dispatch !== 'follow' && store.dispatch !== 'external') {
    draft.drop(object, `dispmode=${store.dispatch} is not carried over; it stays at its present state`);
  }
  const triggers = triggersOf(store);
  const profile = store.dispatch === 'follow' || triggers !== undefined ? profileUseOf(profiles, draft, object) : undefined;
  if (triggers !== undefined && profile === undefined)
    draft.drop(object, 'its triggers have no shape to look at; it stays at its present state');
  const reserve_kWh = (store.e_kWh * store.reserve_pct) / 100;
  const share = 1 / place.terminals.length;
  const inService = !isOpened(draft, object, place.terminals[0].conductors.length);
  const vars = varsOf(values, p_kW, store.p_kW, isIdle, qUsual(object, values));
  const id = draft.made(object);
  place.terminals.forEach((terminal, k) => {
    const inverter: Inverter = {
      id: k === 0 ? id : `${id}.${k + 1}`,
      kind: 'storage',
      connection: place.connection,
      terminal,
      v_rated_kV: place.v_rated_kV,
      s_rated_kVA: values.s_kVA * share,
      p_kW: p_kW * share,
      p_rated_kW: store.p_kW * share,
      ...vars,
      q_kvar: vars.q_kvar * share,
      qInject_max_kvar: vars.qInject_max_kvar! * share,
      qAbsorb_max_kvar: vars.qAbsorb_max_kvar! * share,
      v_min_pu: values.v_min_pu,
      v_max_pu: values.v_max_pu,
      storage: {
        e_rated_kWh: store.e_kWh * share,
        e_start_kWh: Math.max(0, Math.min(store.stored_kWh, store.e_kWh)) * share,
        e_reserve_kWh: Math.min(reserve_kWh, store.e_kWh) * share,
        p_charge_max_kW: ((store.p_kW * store.limit_pct * store.charge_pct) / 10_000) * share,
        p_discharge_max_kW: ((store.p_kW * store.limit_pct * store.discharge_pct) / 10_000) * share,
        eta_charge_frac: store.etaCharge_pct / 100,
        eta_discharge_frac: store.etaDischarge_pct / 100,
        idle_kW: ((store.p_kW * store.idle_pct) / 100) * share,
        ...(values.efficiency === undefined ? {} : { inverterEta: values.efficiency }),
        ...(triggers === undefined || profile === undefined ? {} : { triggers }),
      },
      ...(profile === undefined ? {} : { profile }),
      inService,
    };
    draft.inverters.push(inverter);
  });
}

/** Those of dispatch by the level of the own shape; the time counts only beside one of them. */
function triggersOf({ dispatch, chargeTrigger, dischargeTrigger, charge_h }: Store): StorageTriggers | undefined {
  if (dispatch !== 'default' || (chargeTrigger === 0 && dischargeTrigger === 0)) return undefined;
  return {
    ...(chargeTrigger === 0 ? {} : { charge_frac: chargeTrigger }),
    ...(dischargeTrigger === 0 ? {} : { discharge_frac: dischargeTrigger }),
    ...(charge_h > 0 ? { charge_h } : {}),
  };
}

function stateOf(store: Store): Store['state'] {
  const reserve_kWh = store.reserveCounts ? (store.e_kWh * store.reserve_pct) / 100 : 0;
  if (store.state === 'charging') return store.stored_kWh < store.e_kWh ? 'charging' : 'idling';
  if (store.state === 'discharging') return store.stored_kWh > reserve_kWh ? 'discharging' : 'idling';
  return 'idling';
}

/** At the terminals, + into the network. Idle losses stand behind the inverter. */
function dispatched(values: InverterValues, store: Store): number {
  const state = stateOf(store);
  const limit_kW = (store.p_kW * store.limit_pct) / 100;
  // a storage that follows a shape takes all of its power while it has none
  const part = (pct: number) => Math.min((store.p_kW * (store.dispatch === 'follow' ? 100 : pct)) / 100, limit_kW);
  const p_kW = state === 'discharging' ? part(store.discharge_pct) : state === 'charging' ? -part(store.charge_pct) : 0;
  if (p_kW !== 0 && Math.abs(p_kW) >= (values.cutOut_pct / 100) * values.s_kVA) return p_kW;
  const idle_kW = (store.p_kW * store.idle_pct) / 100;
  return idle_kW === 0 ? 0 : -idle_kW / (values.efficiency === undefined ? 1 : valueAt(values.efficiency, idle_kW / values.s_kVA));
}

/** The vars follow kva where it was said, and are 25 where it was not. */
const qUsual = (object: DssObject, values: InverterValues): number =>
  object.assignments.some(({ property }) => property === 'kva') ? values.s_kVA : 25;

function replay(draft: FeederDraft, object: DssObject): { values: InverterValues; store: Store } {
  const values: InverterValues = { ...inverterDefaults(), s_kVA: 25, cutIn_pct: 0, cutOut_pct: 0 };
  const store: Store = {
    p_kW: 25,
    limit_pct: 100,
    e_kWh: 50,
    stored_kWh: 50,
    reserve_pct: 20,
    reserveCounts: false,
    state: 'idling',
    discharge_pct: 100,
    charge_pct: 100,
    etaCharge_pct: 90,
    etaDischarge_pct: 90,
    idle_pct: 1,
    dispatch: 'default',
    chargeTrigger: 0,
    dischargeTrigger: 0,
    charge_h: 2,
  };
  let isRated = false;
  for (const assignment of object.assignments) {
    if (applyToInverter(values, assignment, draft)) {
      if (assignment.property === 'kva') isRated = true;
      continue;
    }
    switch (assignment.property) {
      case 'kw': {
        const p_kW = numberOf(assignment);
        store.state = p_kW > 0 ? 'discharging' : p_kW < 0 ? 'charging' : 'idling';
        if (p_kW > 0) store.discharge_pct = (p_kW / store.p_kW) * 100;
        if (p_kW < 0) store.charge_pct = (-p_kW / store.p_kW) * 100;
        break;
      }
      case 'kwrated':
        store.p_kW = positiveOf(assignment);
        if (!isRated) values.s_kVA = store.p_kW;
        break;
      case '%kwrated':
        store.limit_pct = numberOf(assignment);
        break;
      case 'kwhrated':
        store.e_kWh = positiveOf(assignment);
        store.stored_kWh = store.e_kWh;
        store.reserveCounts = true;
        break;
      case 'kwhstored':
        store.stored_kWh = numberOf(assignment);
        break;
      case '%stored':
        store.stored_kWh = (numberOf(assignment) / 100) * store.e_kWh;
        break;
      case '%reserve':
        store.reserve_pct = numberOf(assignment);
        store.reserveCounts = true;
        break;
      case 'state':
        store.state = /^c/.test(wordOf(assignment)) ? 'charging' : /^d/.test(wordOf(assignment)) ? 'discharging' : 'idling';
        break;
      case '%discharge':
        store.discharge_pct = numberOf(assignment);
        break;
      case '%charge':
        store.charge_pct = numberOf(assignment);
        break;
      case '%effcharge':
        store.etaCharge_pct = positiveOf(assignment);
        break;
      case '%effdischarge':
        store.etaDischarge_pct = positiveOf(assignment);
        break;
      case '%idlingkw':
        store.idle_pct = numberOf(assignment);
        break;
      case 'dispmode':
        store.dispatch = dispatchOf(wordOf(assignment));
        break;
      case 'chargetrigger':
        store.chargeTrigger = numberOf(assignment);
        break;
      case 'dischargetrigger':
        store.dischargeTrigger = numberOf(assignment);
        break;
      case 'timechargetrig':
        store.charge_h = numberOf(assignment);
        break;
      default:
    }
  }
  if (store.stored_kWh > store.e_kWh * (1 + 1e-9) || store.stored_kWh < 0)
    draft.warn(
      object,
      `is said to hold ${store.stored_kWh} of ${store.e_kWh} kWh; it is taken as ${store.stored_kWh < 0 ? 'empty' : 'full'}`,
    );
  return { values, store };
}

const dispatchOf = (word: string): string =>
  ['default', 'follow', 'external', 'loadlevel', 'price'].find((name) => name.startsWith(word.slice(0, 1))) ?? word.slice(0, 20);
