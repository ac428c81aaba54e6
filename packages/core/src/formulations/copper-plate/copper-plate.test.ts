import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { readNetworkDocument } from '../../network/read-document.ts';
import { ieee118 } from '../../networks/ieee118/network.ts';
import { formulationConformance } from '../conformance.ts';
import { halfHours, randomFeeder, wiresOf } from '../testing/feeders.ts';
import { copperPlate } from './formulation.ts';

formulationConformance(copperPlate);

describe('copper plate', () => {
  it('takes meshed networks', () => {
    const { network } = readNetworkDocument(ieee118.document);
    const { block } = copperPlate.build(wiresOf(network, halfHours(1), { connected: [68, 0] }));
    expect(block.ports).toHaveLength(4);
  });

  it('lets everybody pay the same price: one balance for all buses', () => {
    const network = randomFeeder(randomStream(1), { buses_count: 5 });
    const { balanceRow } = copperPlate.build(wiresOf(network, halfHours(2)));
    expect(new Set([0, 1, 2, 3, 4].map((b) => balanceRow[b * 2])).size).toBe(1);
    expect(balanceRow[0]).not.toBe(balanceRow[1]);
  });
});
