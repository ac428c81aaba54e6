import { describe, expect, it } from 'vitest';
import { buildFeeder } from '../../network/feeder/build.ts';
import type { Feeder, VoltageLaw } from '../../network/feeder/feeder.ts';
import type { TransformerPart } from '../../network/feeder/feeder-parts.ts';
import { prepareThreePhase } from '../../powerflows/three-phase/three-phase.ts';
import { buildFeederModel } from './model.ts';
import { ieee13 } from './testing/ieee13.ts';
import { sourcePowers, treeFlow } from './tree-flow.ts';

/** Largest distance of a voltage from that of the three-phase power flow, per unit, and of the source's power, in kVA. */
function distance(feeder: Feeder): { v_pu: number; source_kVA: number } {
  const model = buildFeederModel(feeder, {});
  const flow = treeFlow(model, { p: [], q: [] });
  const prepared = prepareThreePhase(feeder, { tolerance_frac: 1e-12 });
  const other = prepared.solve();
  expect([flow.converged, other.status]).toEqual([true, 'converged']);
  let v_pu = 0;
  model.wires.nodes.forEach(({ bus, conductor }, node) => {
    if (bus < 0) return;
    const place = prepared.places.indexOf(bus, conductor);
    const base = model.bases.v_base_V(bus);
    v_pu = Math.max(v_pu, Math.hypot(other.v_re_V[place] / base - flow.v[node][0], other.v_im_V[place] / base - flow.v[node][1]));
  });
  const [p, q] = sourcePowers(model, flow).reduce((sum, each) => [sum[0] + each[0], sum[1] + each[1]], [0, 0]);
  const end = other.sources[0].ends[0];
  const given = (values: Float64Array): number => -values.reduce((sum, each) => sum + each, 0);
  const base = model.bases.s_base_kVA;
  return { v_pu, source_kVA: Math.hypot(p * base - given(end.p_kW), q * base - given(end.q_kvar)) };
}

const power: VoltageLaw = { z_frac: 0, i_frac: 0, p_frac: 1 };

/** Source behind an impedance, a transformer, a line, unbalanced loads between phases, and to earth where the secondary is earthed. */
function behind(connections: readonly ['wye' | 'delta', 'wye' | 'delta'], clock: number): Feeder {
  const diagonal = (value: number): number[] => [value, 0, 0, 0, value, 0, 0, 0, value];
  const windings: TransformerPart['windings'] = connections.map((connection, w) => ({
    connection,
    terminal: { bus: ['high', 'low'][w], conductors: connection === 'wye' ? [1, 2, 3, 0] : [1, 2, 3] },
    v_rated_kV: [12.47, 4.16][w],
    s_rated_kVA: 2000,
    r_frac: 0.005,
    tap_pu: w === 0 ? 1 : 1.025,
    ...(w === 0 ? {} : { clock }),
  }));
  const load = (id: string, conductors: number[], v_rated_kV: number, p_kW: number[], law: VoltageLaw = power) => ({
    id,
    connection: conductors.includes(0) ? ('wye' as const) : ('delta' as const),
    terminal: { bus: 'end', conductors },
    v_rated_kV,
    p_kW,
    q_kvar: p_kW.map((p) => 0.4 * p),
    pLaw: law,
    qLaw: law,
    inService: true,
  });
  const coupled = (self: number, mutual: number): number[] => [self, mutual, mutual, mutual, self, mutual, mutual, mutual, self];
  return buildFeeder({
    name: connections.join(' '),
    frequency_Hz: 60,
    buses: [
      { id: 'high', v_base_kV: 12.47 },
      { id: 'low', v_base_kV: 4.16 },
      { id: 'end', v_base_kV: 4.16 },
    ],
    sources: [
      {
        id: 'grid',
        terminal: { bus: 'high', conductors: [1, 2, 3] },
        e_kV: [7.2, 7.2, 7.2],
        angle_deg: [0, -120, 120],
        r_ohm: diagonal(0.1),
        x_ohm: diagonal(0.5),
        inService: true,
      },
    ],
    transformers: [{ id: 't', cores_count: 3, windings, x_frac: [0.06], noLoadLoss_frac: 0.002, magnetising_frac: 0.01, inService: true }],
    lines: [
      {
        id: 'l',
        from: { bus: 'low', conductors: [1, 2, 3] },
        to: { bus: 'end', conductors: [1, 2, 3] },
        r_ohm: coupled(0.3, 0.1),
        x_ohm: coupled(0.6, 0.2),
        closedFrom: true,
        closedTo: true,
      },
    ],
    loads: [
      load('between', [1, 2, 3], 4.16, [300, 100, 200], { z_frac: 0.3, i_frac: 0.3, p_frac: 0.4 }),
      load('two', [1, 3], 4.16, [150], { exponent: 1.3 }),
      ...(connections[1] === 'wye' ? [load('earth', [1, 2, 3, 0], 2.4, [200, 50, 100]), load('one', [2, 0], 2.4, [60])] : []),
    ],
  }).feeder;
}

describe('the power flow of the tree is the three-phase power flow:', () => {
  it('IEEE 13', () => {
    const { v_pu, source_kVA } = distance(ieee13());
    expect(v_pu).toBeLessThan(1e-9);
    expect(source_kVA).toBeLessThan(1e-5);
  });

  it.each([
    [['wye', 'wye'], 0],
    [['wye', 'wye'], 6],
    [['delta', 'wye'], 1],
    [['delta', 'wye'], 11],
    [['wye', 'delta'], 1],
    [['delta', 'delta'], 0],
  ] as const)('behind a source with impedance and a transformer %s, clock %i', (connections, clock) => {
    const { v_pu, source_kVA } = distance(behind(connections, clock));
    // Stray admittances to earth are left out where a delta floats.
    expect(v_pu).toBeLessThan(connections[1] === 'delta' ? 1e-5 : 1e-9);
    expect(source_kVA).toBeLessThan(connections[1] === 'delta' ? 1e-2 : 1e-5);
  });

  it('says when it does not settle', () => {
    const model = buildFeederModel(ieee13({ load_frac: 9, isPower: true }), {});
    expect(treeFlow(model, { p: [], q: [] }).converged).toBe(false);
  });
});
