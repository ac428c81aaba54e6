/** The result as tables for a spreadsheet or a script. One header line, units in the names, time in ISO 8601 with offset. */
import type { NegotiateResult } from '@gridflock/core';
import { sideOf } from './page/limits.ts';

export interface Table {
  readonly name: string;
  readonly csv: string;
}

export type Cell = string | number | boolean | null | undefined;

/** RFC 4180; text that a spreadsheet would run as a formula gets a leading apostrophe. */
function field(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  if (typeof cell === 'boolean') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function table(name: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): Table {
  const lines = [columns, ...rows].map((row) => `${columns.map((_, k) => field(row[k])).join(',')}\n`);
  return { name, csv: lines.join('') };
}

export function negotiateTables(result: NegotiateResult): Table[] {
  const { steps } = result.time;
  const { buses } = result.feeder;
  const devices = new Map(result.devices.map((device) => [device.id, device]));
  const about = (id: string): Cell[] => [devices.get(id)?.kind, devices.get(id)?.bus, devices.get(id)?.owner];

  const stateNames = [...new Set(result.plans.flatMap((plan) => plan.schedules.flatMap(({ states }) => Object.keys(states))))];
  const schedules: Cell[][] = [];
  for (const plan of result.plans) {
    for (const { device, p_kW, q_kvar, states } of plan.schedules) {
      steps.forEach((step, t) => {
        // a state is the one at the end of the step
        const values = stateNames.map((name) => {
          const list = states[name] ?? [];
          return list[list.length > steps.length ? t + 1 : t];
        });
        schedules.push([step, plan.name, device, ...about(device), p_kW[t], q_kvar[t], ...values]);
      });
    }
    steps.forEach((step, t) => {
      const loss_kW = plan.ac.loss_kW[t];
      schedules.push(
        [step, plan.name, '(import from upstream)', 'import', result.feeder.slack, '', plan.ac.p_import_kW[t], plan.ac.q_import_kvar[t]],
        [step, plan.name, '(load of other customers)', 'load', '', '', result.load_kW[t], result.load_kvar[t]],
        [step, plan.name, '(losses)', 'loss', '', '', loss_kW === undefined ? undefined : -loss_kW, undefined],
      );
    });
  }

  const prices: Cell[][] = [];
  for (const plan of result.plans) {
    plan.price_cur_per_kWh?.forEach((row, b) => {
      steps.forEach((step, t) => {
        prices.push([step, plan.name, buses[b]?.id, row[t], result.tariff.buy_cur_per_kWh[t], result.tariff.sell_cur_per_kWh[t]]);
      });
    });
  }

  const voltages: Cell[][] = [];
  for (const plan of result.plans) {
    plan.ac.v_pu.forEach((row, b) => {
      const bus = buses[b];
      steps.forEach((step, t) => {
        const v = row[t];
        const outside = v === undefined || v === null || !bus ? undefined : sideOf(v, bus, result.voltageTolerance_pu) !== 0;
        voltages.push([step, plan.name, bus?.id, v, bus?.v_min_pu, bus?.v_max_pu, outside]);
      });
    });
  }

  const { negotiation, owners, currency } = result;
  return [
    table('schedules.csv', ['time', 'plan', 'device', 'kind', 'bus', 'owner', 'p_kW', 'q_kvar', ...stateNames], schedules),
    table(
      'prices.csv',
      ['time', 'plan', 'bus', `price_${currency}_per_kWh`, `tariff_buy_${currency}_per_kWh`, `tariff_sell_${currency}_per_kWh`],
      prices,
    ),
    table('voltages.csv', ['time', 'plan', 'bus', 'v_pu', 'v_min_pu', 'v_max_pu', 'outside_limits'], voltages),
    table(
      'convergence.csv',
      [
        'round',
        'primal_residual_kW',
        `dual_residual_${currency}_per_kWh`,
        `rho_${currency}_per_kW2h`,
        'primal_tolerance_kW',
        `dual_tolerance_${currency}_per_kWh`,
      ],
      negotiation.history.map((round) => [
        round.round,
        round.primalResidual_kW,
        round.dualResidual_cur_per_kWh,
        round.rho,
        negotiation.tolerance.primal_kW,
        negotiation.tolerance.dual_cur_per_kWh,
      ]),
    ),
    table(
      'owners.csv',
      ['owner', 'devices', `alone_${currency}`, `negotiated_${currency}`, `gain_${currency}`],
      owners.map((owner) => [owner.owner, owner.devices.join(' '), owner.alone_cur, owner.negotiated_cur, owner.gain_cur]),
    ),
    table(
      'traffic.csv',
      ['from', 'to', 'kind', 'fields', 'messages_count', 'bytes_count'],
      negotiation.traffic.map((line) => [line.from, line.to, line.kind, line.fields.join(' '), line.messages_count, line.bytes_count]),
    ),
  ];
}
