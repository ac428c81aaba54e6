import { describe, expect, it } from 'vitest';
import { distanceFromSource_km } from '../network/feeder/distance.ts';
import { readFeederDocument } from '../network/feeder/read-document.ts';
import { readNetworkDocument } from '../network/read-document.ts';
import { buildTopology } from '../network/topology.ts';
import type { BuiltInNetwork } from './contract.ts';

/** What every built-in network keeps: it can be read, names its source, and its slack reaches every bus. */
export function networkConformance(member: BuiltInNetwork): void {
  describe(`built-in network ${member.name}`, () => {
    const { network, operatingPoint, dropped, warnings } = readNetworkDocument(member.document);

    carriesItsName(member, network);

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

/** The same of a feeder conductor by conductor. */
export function feederConformance(member: BuiltInNetwork): void {
  describe(`built-in feeder ${member.name}`, () => {
    const { feeder, warnings } = readFeederDocument(member.document);

    carriesItsName(member, feeder);

    it('is read without a warning', () => {
      expect(warnings).toEqual([]);
    });

    it('is one island that its source supplies', () => {
      expect(feeder.buses.filter((_, b) => !Number.isFinite(distanceFromSource_km(feeder)[b]))).toEqual([]);
    });

    it('has loads with power, on conductors that a line, switch or transformer brings to their bus', () => {
      const wires = new Set(
        [
          ...feeder.sources.map((each) => each.terminal),
          ...[...feeder.lines, ...feeder.switches].flatMap(({ from, to }) => [from, to]),
          ...feeder.transformers.flatMap(({ windings }) => windings.map((each) => each.terminal)),
        ].flatMap(({ bus, conductors }) => conductors.map((conductor) => `${bus}.${conductor}`)),
      );
      const loose = [...feeder.loads, ...feeder.shunts].flatMap(({ id, terminal: { bus, conductors } }) =>
        conductors.filter((conductor) => conductor !== 0 && !wires.has(`${bus}.${conductor}`)).map((conductor) => `${id}.${conductor}`),
      );
      expect(loose).toEqual([]);
      expect(feeder.loads.reduce((total, { p_kW }) => total + p_kW.reduce((a, b) => a + b, 0), 0)).toBeGreaterThan(0);
    });
  });
}

function carriesItsName(member: BuiltInNetwork, read: { readonly name: string; readonly source?: string | undefined }): void {
  it('carries its name, title and source', () => {
    expect(member.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(read.name).toBe(member.name);
    expect(member.title.length).toBeGreaterThan(10);
    expect(read.source).toBe(member.source);
  });
}
