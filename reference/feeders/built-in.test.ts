import { describe, expect, it } from 'vitest';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import { readFeederDocument } from '../../packages/core/src/network/feeder/read-document.ts';
import type { BuiltInNetwork } from '../../packages/core/src/networks/contract.ts';
import { ieee13 } from '../../packages/core/src/networks/ieee13/network.ts';
import { ieee34 } from '../../packages/core/src/networks/ieee34/network.ts';
import { ieee123 } from '../../packages/core/src/networks/ieee123/network.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { ieee13Voltages, ieee34Voltages, ieee123Voltages, type PublishedVoltages } from './published-voltages.ts';

/** Tap positions and losses that the documents print; README.md. */
interface Published {
  readonly member: BuiltInNetwork;
  readonly voltages: PublishedVoltages;
  readonly taps: Readonly<Record<string, number>>;
  readonly loss_kW: number;
  readonly loss_kvar: number;
}

const published: readonly Published[] = [
  { member: ieee13, voltages: ieee13Voltages, taps: { RG60a: 10, RG60b: 8, RG60c: 11 }, loss_kW: 111.063, loss_kvar: 324.653 },
  {
    member: ieee34,
    voltages: ieee34Voltages,
    taps: { RG10a: 12, RG10b: 5, RG10c: 5, RG11a: 13, RG11b: 11, RG11c: 12 },
    loss_kW: 273.049,
    loss_kvar: 34.999,
  },
  {
    member: ieee123,
    voltages: ieee123Voltages,
    taps: { RG1: 7, RG2a: -1, RG3a: 0, RG3c: -1, RG4a: 8, RG4b: 1, RG4c: 5 },
    loss_kW: 95.611,
    loss_kvar: 193.727,
  },
];

/** Points inside the regulators and transformers of the documents that no bus of ours stands for; the end behind a delta is compared below. */
const without = ['XFXFM1', 'XF10', 'XF1', '610'];
const step_pu = 0.2 / 32;

function tapped({ member, taps }: Published): Feeder {
  const { feeder } = readFeederDocument(member.document);
  const transformers = feeder.transformers.map((each) => {
    const position = taps[each.id];
    const [first, second] = each.windings;
    return position === undefined ? each : { ...each, windings: [first, { ...second, tap_pu: 1 + position * step_pu }] };
  });
  return { ...feeder, transformers };
}

function voltagesOf(feeder: Feeder, controls: boolean) {
  const prepared = prepareThreePhase(feeder, { controls });
  const result = prepared.solve();
  const at = (bus: string, conductor: number): readonly [number, number] => {
    const k = prepared.places.indexOf(
      feeder.buses.findIndex(({ id }) => id === bus),
      conductor,
    );
    const base_V = prepared.places.v_base_V[k];
    return [result.v_re_V[k] / base_V, result.v_im_V[k] / base_V];
  };
  return { result, at };
}

describe.each(published.map((each) => [each.member.name, each] as const))('%s with the taps of its document', (_, each) => {
  const { result, at } = voltagesOf(tapped(each), false);

  it('converges', () => {
    expect(result.status).toBe('converged');
  });

  it('has the printed voltages to 0.1 % and 0.1°', () => {
    let compared_count = 0;
    for (const [node, ...phases] of each.voltages) {
      if (without.includes(node)) continue;
      for (const conductor of [1, 2, 3]) {
        const [v_pu, angle_deg] = phases.slice(2 * conductor - 2, 2 * conductor);
        if (v_pu == null || angle_deg == null) continue;
        const [re, im] = at(node, conductor);
        const turned = (angle_deg * Math.PI) / 180;
        const difference_deg =
          (Math.atan2(im * Math.cos(turned) - re * Math.sin(turned), re * Math.cos(turned) + im * Math.sin(turned)) * 180) / Math.PI;
        expect(Math.abs(Math.hypot(re, im) / v_pu - 1), `${node}.${conductor}`).toBeLessThan(1e-3);
        expect(Math.abs(difference_deg), `${node}.${conductor}`).toBeLessThan(0.1);
        compared_count++;
      }
    }
    expect(compared_count).toBeGreaterThan(30);
  });

  it('has the printed losses to 0.5 %', () => {
    expect(Math.abs(result.loss_kW / each.loss_kW - 1)).toBeLessThan(5e-3);
  });
});

it('ieee123: behind the delta transformer the voltages between phases are those of node 61, as printed', () => {
  const { at } = voltagesOf(tapped(published[2]), false);
  const between = (bus: string, k: number): number => {
    const [ar, ai] = at(bus, k);
    const [br, bi] = at(bus, (k % 3) + 1);
    return Math.hypot(ar - br, ai - bi);
  };
  const node = ieee123Voltages.find(([id]) => id === '610');
  const printed = (k: number): readonly [number, number] => {
    const [v_pu, angle_deg] = [node?.[2 * k - 1], node?.[2 * k]].map(Number);
    return [v_pu * Math.cos((angle_deg * Math.PI) / 180), v_pu * Math.sin((angle_deg * Math.PI) / 180)];
  };
  for (const k of [1, 2, 3]) {
    const [[ar, ai], [br, bi]] = [printed(k), printed((k % 3) + 1)];
    expect(Math.abs(between('610', k) / Math.hypot(ar - br, ai - bi) - 1)).toBeLessThan(1e-3);
  }
});
