import { describe, expect, it } from 'vitest';
import { readNetworkDocument } from '../network/read-document.ts';
import { buildTopology } from '../network/topology.ts';
import type { BuiltInNetwork } from './contract.ts';

/** What every built-in network keeps: it can be read, names its source, and its slack reaches every bus. */
export function networkConformance(member: BuiltInNetwork): void {
  describe(`built-in network ${member.name}`, () => {
    const { network, operatingPoint, dropped, warnings } = readNetworkDocument(member.document);

    it('carries its name, title and source', () => {
      expect(member.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(network.name).toBe(member.name);
      expect(member.title.length).toBeGreaterThan(10);
      expect(network.source).toBe(member.source);
    });

    it('is read without a warning and without loss', () => {
      expect(warnings).toEqual([]);
      expect(dropped).toEqual([]);
    });

    it('is one island that its slack supplies', () => {
      const topology = buildTopology(network, operatingPoint.slacks, operatingPoint.isolated);
      expect(topology.islands_count).toBe(1);
      expect(topology.unsuppliedIslands).toEqual([]);
    });

    it('has a generator with a cost at its slack, so that it can be optimised', () => {
      expect(operatingPoint.generators.some((x) => x.bus === operatingPoint.slacks[0] && x.cost !== undefined)).toBe(true);
    });
  });
}
