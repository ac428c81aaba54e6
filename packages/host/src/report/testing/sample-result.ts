/**
 * A seeded, plausible NegotiateResult for looking at the report and testing it. Not a study: voltages come from a
 * linearised sweep, schedules from simple rules. The 33-bus wires and loads follow Baran and Wu (1989).
 */
import type { DeviceResult, NegotiateResult, PlanResult } from '@gridflock/core';

export interface SampleOptions {
  readonly seed?: number;
  readonly steps?: number;
  readonly feeder?: '33-bus' | '141-bus' | '1-bus';
}

type Wire = readonly [from: number, to: number, r_ohm: number, x_ohm: number];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const wires33: readonly Wire[] = [
  [1, 2, 0.0922, 0.047],
  [2, 3, 0.493, 0.2511],
  [3, 4, 0.366, 0.1864],
  [4, 5, 0.3811, 0.1941],
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: the published reactance, in ohm
  [5, 6, 0.819, 0.707],
  [6, 7, 0.1872, 0.6188],
  [7, 8, 0.7114, 0.2351],
  [8, 9, 1.03, 0.74],
  [9, 10, 1.044, 0.74],
  [10, 11, 0.1966, 0.065],
  [11, 12, 0.3744, 0.1238],
  [12, 13, 1.468, 1.155],
  [13, 14, 0.5416, 0.7129],
  [14, 15, 0.591, 0.526],
  [15, 16, 0.7463, 0.545],
  [16, 17, 1.289, 1.721],
  [17, 18, 0.732, 0.574],
  [2, 19, 0.164, 0.1565],
  [19, 20, 1.5042, 1.3554],
  [20, 21, 0.4095, 0.4784],
  [21, 22, 0.7089, 0.9373],
  [3, 23, 0.4512, 0.3083],
  [23, 24, 0.898, 0.7091],
  [24, 25, 0.896, 0.7011],
  [6, 26, 0.203, 0.1034],
  [26, 27, 0.2842, 0.1447],
  [27, 28, 1.059, 0.9337],
  [28, 29, 0.8042, 0.7006],
  [29, 30, 0.5075, 0.2585],
  [30, 31, 0.9744, 0.963],
  [31, 32, 0.3105, 0.3619],
  [32, 33, 0.341, 0.5302],
];
const ties33: readonly (readonly [number, number])[] = [
  [8, 21],
  [9, 15],
  [12, 22],
  [18, 33],
  [25, 29],
];
const load33_kW = [
  0, 100, 90, 120, 60, 60, 200, 200, 60, 60, 45, 60, 60, 120, 60, 60, 60, 90, 90, 90, 90, 90, 90, 420, 420, 60, 60, 60, 120, 200, 150, 210,
  60,
];
const load33_kvar = [
  0, 60, 40, 80, 30, 20, 100, 100, 20, 20, 30, 35, 35, 80, 10, 20, 20, 40, 40, 40, 40, 40, 50, 200, 200, 25, 25, 20, 70, 600, 70, 100, 40,
];

/** Uniform on [0, 1): mulberry32. */
function stream(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function feederOf(name: NonNullable<SampleOptions['feeder']>, uniform: () => number) {
  if (name === '33-bus') return { wires: wires33, ties: ties33, load_kW: load33_kW, load_kvar: load33_kvar };
  if (name === '1-bus') return { wires: [], ties: [], load_kW: [40], load_kvar: [10] };
  const wires: Wire[] = [];
  for (let b = 2; b <= 141; b++) {
    const from = b <= 40 ? b - 1 : uniform() < 0.72 ? b - 1 : 1 + Math.floor(uniform() * (b - 1));
    wires.push([from, b, 0.03 + 0.08 * uniform(), 0.02 + 0.06 * uniform()]);
  }
  const load_kW = Array.from({ length: 141 }, (_, b) => (b === 0 ? 0 : 20 + 25 * uniform()));
  return { wires, ties: [[40, 90]] as const, load_kW, load_kvar: load_kW.map((p) => 0.4 * p) };
}

interface SampleDevice extends DeviceResult {
  readonly size_kW: number;
  readonly size_kWh: number;
}

const fleet: readonly (readonly [id: string, kind: string, bus: number, owner: string, kW: number, kWh: number])[] = [
  ['pv-school', 'pv', 14, 'Hill School', 420, 0],
  ['battery-school', 'battery', 14, 'Hill School', 160, 480],
  ['pv-farm', 'pv', 25, 'Brook Farm', 650, 0],
  ['chp-farm', 'chp', 25, 'Brook Farm', 300, 0],
  ['ev-depot', 'ev', 18, 'Bus Depot', 350, 1400],
  ['battery-depot', 'battery', 18, 'Bus Depot', 250, 900],
  ['heat-pump-flats', 'heat-pump', 33, 'Garden Flats', 260, 0],
  ['pv-flats', 'pv', 32, 'Garden Flats', 240, 0],
  ['ev-market', 'ev', 30, 'Market Hall', 220, 700],
  ['heat-pump-clinic', 'heat-pump', 22, 'Clinic', 180, 0],
  ['battery-clinic', 'battery', 22, 'Clinic', 120, 300],
];

const bump = (h: number, centre: number, width: number) => Math.exp(-0.5 * ((h - centre) / width) ** 2);

/** Power of a device in each plan, + into the network; `calm` is 0 for uncoordinated, about 1 for coordinated. */
function power_kW(device: SampleDevice, h: number, calm: number): number {
  const { kind, size_kW } = device;
  if (kind === 'pv') return size_kW * Math.max(0, Math.sin(((h - 6) / 13) * Math.PI)) ** 1.4 * (h > 6 && h < 19 ? 1 : 0);
  if (kind === 'chp') return size_kW * (calm * (0.35 + 0.6 * bump(h, 19, 2.2)) + (1 - calm) * 0.4);
  if (kind === 'ev') return -size_kW * (calm * (0.6 * bump(h, 12.5, 2.2) + 0.35 * bump(h, 3, 2)) + (1 - calm) * bump(h, 19, 1.5));
  if (kind === 'heat-pump') {
    return -size_kW * (calm * (0.35 + 0.45 * bump(h, 13, 3)) + (1 - calm) * (0.25 + 0.7 * bump(h, 7, 1.2) + 0.7 * bump(h, 19, 1.8)));
  }
  return (
    size_kW * (calm * (0.95 * bump(h, 19.3, 1.8) - 0.6 * bump(h, 12.5, 2.6)) + (1 - calm) * (0.4 * bump(h, 8, 1) - 0.5 * bump(h, 10, 1)))
  );
}

export function sampleResult(options: SampleOptions = {}): Mutable<NegotiateResult> {
  const { seed = 7, steps: nT = 24, feeder: feederName = '33-bus' } = options;
  const uniform = stream(seed);
  const { wires, ties, load_kW, load_kvar } = feederOf(feederName, uniform);
  const nB = load_kW.length;
  const dt_h = 24 / nT;
  const hour = (t: number) => (t + 0.5) * dt_h;
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const steps = Array.from({ length: nT }, (_, t) => `2025-01-15T${two(t * dt_h)}:${two((t * dt_h * 60) % 60)}+08:00`);
  const devices: SampleDevice[] = fleet.map(([id, kind, bus, owner, size_kW, size_kWh]) => ({
    id,
    kind,
    bus: String(Math.min(bus, nB)),
    owner,
    size_kW,
    size_kWh,
  }));
  const shape = Array.from({ length: nT }, (_, t) => 0.38 + 0.2 * bump(hour(t), 8, 1.8) + 0.42 * bump(hour(t), 19, 2.6) + 0.02 * uniform());
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const peak_kW = sum(load_kW);
  const buy = Array.from({ length: nT }, (_, t) => (hour(t) > 16.9 && hour(t) < 21.1 ? 0.34 : hour(t) < 6 ? 0.16 : 0.24));
  const sell = buy.map(() => 0.08);
  const z_ohm = 12.66 ** 2; // on 1 MVA

  const plan = (name: PlanResult['name'], title: string, calm: number): PlanResult => {
    const jitter = (scale: number) => scale * (uniform() - 0.5);
    const schedules = devices.map((device) => {
      const p_kW = Array.from({ length: nT }, (_, t) => power_kW(device, hour(t), calm) * (1 + (device.kind === 'pv' ? 0 : jitter(0.03))));
      const states: Record<string, number[]> = {};
      if (device.size_kWh > 0) {
        let e = device.size_kWh * 0.45;
        states['e_kWh'] = p_kW.map((p) => (e = Math.min(device.size_kWh, Math.max(0.05 * device.size_kWh, e - 0.93 * p * dt_h))));
      }
      if (device.kind === 'heat-pump') {
        let theta = 20.5;
        states['theta_in_degC'] = p_kW.map((p) => (theta += dt_h * (0.22 * (-p / device.size_kW) * 4.2 - 0.1 * (theta - 16.5))));
      }
      return {
        device: device.id,
        p_kW,
        q_kvar: p_kW.map((p) => (device.kind === 'battery' ? calm * 0.25 * device.size_kW : -0.05 * p)),
        states,
      };
    });
    const v_pu = load_kW.map(() => new Array<number>(nT).fill(1));
    const p_branch_kW = [...wires, ...ties].map(() => new Array<number>(nT).fill(0));
    const p_import_kW: number[] = [];
    const q_import_kvar: number[] = [];
    const loss_kW: number[] = [];
    for (let t = 0; t < nT; t++) {
      const p = load_kW.map((value) => value * shape[t]!);
      const q = load_kvar.map((value) => value * shape[t]!);
      devices.forEach((device, d) => {
        p[Number(device.bus) - 1]! -= schedules[d]!.p_kW[t]!;
        q[Number(device.bus) - 1]! -= schedules[d]!.q_kvar[t]!;
      });
      let loss = 0;
      for (let l = wires.length - 1; l >= 0; l--) {
        const [from, to, r] = wires[l]!;
        const lost = ((r / z_ohm) * (p[to - 1]! ** 2 + q[to - 1]! ** 2)) / 1000;
        loss += lost;
        p_branch_kW[l]![t] = p[to - 1]! + lost;
        p[from - 1]! += p[to - 1]! + lost;
        q[from - 1]! += q[to - 1]!;
      }
      const v2 = new Array<number>(nB).fill(1.02 ** 2);
      wires.forEach(([from, to, r, x]) => {
        v2[to - 1] = v2[from - 1]! - (2 * ((r / z_ohm) * p[to - 1]! + (x / z_ohm) * q[to - 1]!)) / 1000;
      });
      for (const [b, value] of v2.entries()) v_pu[b]![t] = Math.sqrt(value);
      p_import_kW.push(p[0]!);
      q_import_kvar.push(q[0]!);
      loss_kW.push(loss);
    }
    const flat = v_pu.flatMap((row, b) => row.map((v) => ({ v, b })));
    const low = flat.reduce((a, c) => (c.v < a.v ? c : a));
    const high = flat.reduce((a, c) => (c.v > a.v ? c : a));
    const cost = sum(p_import_kW.map((p, t) => (p > 0 ? p * buy[t]! : p * sell[t]!) * dt_h));
    return {
      name,
      title,
      cost_cur: cost,
      objective_cur: cost * 0.995,
      schedules,
      ac: {
        converged: true,
        v_pu,
        p_branch_kW,
        loading_frac: p_branch_kW.map((row, l) => row.map((p) => (l < 5 ? Math.abs(p) / 3600 : null))),
        p_import_kW,
        q_import_kvar,
        loss_kW,
        v_min_pu: low.v,
        v_min_bus: String(low.b + 1),
        v_max_pu: high.v,
        v_max_bus: String(high.b + 1),
        overloads_count: 0,
        violations_count: flat.filter(({ v }) => v < 0.95 || v > 1.05).length,
        v_violation_max_pu: Math.max(0, 0.95 - low.v, high.v - 1.05),
        mismatch_max_kVA: 3e-7,
      },
      ...(name === 'uncoordinated'
        ? {}
        : {
            price_cur_per_kWh: v_pu.map((row) =>
              row.map(
                (v, t) => buy[t]! * (1 + 1.6 * (1.02 - v)) + (v < 0.957 ? 9 * (0.957 - v) : 0) - (hour(t) > 11 && hour(t) < 15 ? 0.07 : 0),
              ),
            ),
          }),
    };
  };
  const plans = [
    plan('uncoordinated', 'Everyone alone under the tariff', 0),
    plan('negotiated', 'Negotiated by messages', 0.985),
    plan('central', 'One optimiser with all data', 1),
  ];
  const negotiated = plans[1]!;
  const owners = [...new Set(devices.map((device) => device.owner))].map((owner, k) => {
    const alone_cur = -60 - 140 * uniform();
    const gain_cur = k === 3 ? -2.4 : 4 + 45 * uniform();
    return {
      owner,
      devices: devices.filter((device) => device.owner === owner).map((device) => device.id),
      alone_cur,
      negotiated_cur: alone_cur + gain_cur,
      gain_cur,
    };
  });
  const rounds = 64;
  const nets = [...new Set(devices.map((device) => device.bus))];
  return {
    status: 'ok',
    study: 'negotiate',
    title: 'A feeder that negotiates its day',
    network: feederName === '33-bus' ? 'IEEE 33-bus feeder' : `Sample ${feederName} feeder`,
    kpis: { rounds_count: rounds, cost_negotiated_cur: negotiated.cost_cur, peak_import_kW: Math.max(...negotiated.ac.p_import_kW) },
    certificate: {
      method: 'dual bound at the agreed prices',
      gap_frac: 0.0031,
      primal_cur: negotiated.objective_cur,
      dual_cur: negotiated.objective_cur * 0.9969,
    },
    checks: [
      { name: 'Residuals below tolerance', passed: true, value: 0.0041, limit: 0.01 },
      { name: 'Lowest voltage, AC (pu)', passed: negotiated.ac.v_min_pu >= 0.95, value: negotiated.ac.v_min_pu, limit: 0.95 },
      { name: 'Voltage violations, AC', passed: negotiated.ac.violations_count === 0, value: negotiated.ac.violations_count, limit: 0 },
      { name: 'Gap to the central plan', passed: true, value: 0.0031, limit: 0.01 },
      { name: 'Payments sum to the slack’s bill', passed: true, value: 0.0007, limit: 0.01 },
      { name: 'No private parameter on the wire', passed: true, value: 0, limit: 0 },
    ],
    provenance: {
      version: '0.1.0',
      seed,
      inputs: [
        { path: 'examples/01-first-walk.yaml', sha256: '3f0f8a5d7a41f0c9b0f4c8e2c1d9a6b77c2f5e1d3b4a69788796a5b4c3d2e1f0' },
        { path: 'reference/ieee33/case.m', sha256: 'a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778899aabbccddeeff00' },
      ],
    },
    time: { startsAt: '2025-01-14T16:00:00Z', zone: 'Asia/Singapore', dt_h, steps },
    currency: 'SGD',
    feeder: {
      name: feederName === '33-bus' ? 'IEEE 33-bus' : feederName,
      source: 'Baran and Wu, IEEE Trans. Power Delivery 4(2), 1989',
      buses: load_kW.map((_, b) => ({ id: String(b + 1), v_min_pu: 0.95, v_max_pu: 1.05 })),
      branches: [
        ...wires.map(([from, to], l) => ({
          id: `l${l + 1}`,
          from: String(from),
          to: String(to),
          inService: true,
          s_max_kVA: l < 5 ? 3600 : null,
        })),
        ...ties.map(([from, to], l) => ({ id: `tie${l + 1}`, from: String(from), to: String(to), inService: false, s_max_kVA: null })),
      ],
      slack: '1',
    },
    owners,
    devices: devices.map(({ id, kind, bus, owner }) => ({ id, kind, bus, owner })),
    load_kW: shape.map((value) => -value * peak_kW),
    load_kvar: shape.map((value) => -value * sum(load_kvar)),
    voltageTolerance_pu: 1e-4,
    tariff: { buy_cur_per_kWh: buy, sell_cur_per_kWh: sell },
    plans,
    negotiation: {
      scheme: 'proximal-message-passing',
      transport: 'in memory, virtual time, 2 % loss',
      rounds_count: rounds,
      converged: true,
      history: Array.from({ length: rounds }, (_, k) => ({
        round: k + 1,
        primalResidual_kW: 420 * Math.exp(-0.17 * k) * (0.7 + 0.6 * uniform()) + 0.003,
        dualResidual_cur_per_kWh: 0.12 * Math.exp(-0.14 * k) * (0.7 + 0.6 * uniform()) + 2e-6,
        rho: 0.002 * 2 ** Math.min(3, Math.floor(k / 9)),
      })),
      tolerance: { primal_kW: 0.01, dual_cur_per_kWh: 0.0001 },
      nets: nets.map((bus) => ({
        net: `net-${bus}`,
        bus,
        price_cur_per_kWh: negotiated.price_cur_per_kWh![Number(bus) - 1]!,
        price_q_cur_per_kvarh: buy.map(() => 0.004),
        imbalance_max_kW: 0.004 * uniform(),
        payments_sum_cur: 0.001 * uniform(),
      })),
      traffic: [
        {
          from: 'device',
          to: 'net',
          kind: 'proposal',
          fields: ['round', 'net', 'p_kW', 'q_kvar'],
          messages_count: rounds * 11,
          bytes_count: rounds * 11 * 412,
        },
        {
          from: 'net',
          to: 'device',
          kind: 'price',
          fields: ['round', 'net', 'price_cur_per_kWh', 'price_q_cur_per_kvarh', 'imbalance_kW', 'rho'],
          messages_count: rounds * 11,
          bytes_count: rounds * 11 * 618,
        },
        {
          from: 'feeder',
          to: 'net',
          kind: 'proposal',
          fields: ['round', 'net', 'p_kW', 'q_kvar'],
          messages_count: rounds * nets.length,
          bytes_count: rounds * nets.length * 412,
        },
        {
          from: 'net',
          to: 'monitor',
          kind: 'residual',
          fields: ['round', 'primalResidual_kW', 'dualResidual_cur_per_kWh'],
          messages_count: rounds * nets.length,
          bytes_count: rounds * nets.length * 96,
        },
      ],
      messages_count: rounds * 36,
      bytes_count: rounds * (11 * 1030 + nets.length * 508),
      lost_count: 41,
      keptAtHome: [
        ...devices.map(({ id, kind }) => ({
          agent: id,
          names:
            kind === 'pv'
              ? ['p_available_kW', 's_max_kVA']
              : kind === 'battery'
                ? ['e_min_kWh', 'e_max_kWh', 'e_start_kWh', 'eta_charge_frac', 'wear_cur_per_kWh']
                : kind === 'ev'
                  ? ['arrival', 'departure', 'e_needed_kWh', 'p_max_kW']
                  : kind === 'chp'
                    ? ['fuel_cur_per_kWh', 'eta_el_frac', 'heat_kW']
                    : ['theta_min_degC', 'theta_max_degC', 'c_kWh_per_K', 'cop_frac'],
        })),
        { agent: 'feeder', names: ['r_pu', 'x_pu', 'load_kW', 'load_kvar', 'v_min_pu', 'v_max_pu'] },
      ],
    },
    notes: [
      'Feeder wires and peak loads: published, Baran and Wu (1989).',
      'Load shape, irradiance and temperature: stand-ins made for this sample; not measured.',
      'Tariff: stand-in, three time bands.',
    ],
  };
}
