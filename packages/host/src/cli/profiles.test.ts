import { type Case, catalog, InputError, readNetworkDocument } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { readInjectionProfiles } from './profiles.ts';

const feeder = (): Case => {
  const network = catalog.networks.find((each) => each.name === 'ieee33');
  if (network === undefined) throw new Error('ieee33 is missing');
  return readNetworkDocument(network.document);
};

describe('profiles of a power flow', () => {
  it('scale every load', () => {
    const value = feeder();
    const { steps, pointAt } = readInjectionProfiles('time,load_frac\n2025-01-15T00:00Z,0.5\n2025-01-15T00:15Z,2\n', 'p.csv', value);
    expect(steps).toEqual(['2025-01-15T00:00:00Z', '2025-01-15T00:15:00Z']);
    expect(pointAt(1).p_kW[17]).toBe(2 * value.operatingPoint.p_kW[17]!);
    expect(pointAt(0).q_kvar[17]).toBe(0.5 * value.operatingPoint.q_kvar[17]!);
  });

  it('replace single injections and leave the others', () => {
    const value = feeder();
    const point = readInjectionProfiles('time;18_p_kW\n"2025-01-15T00:00";42\n', 'p.csv', value).pointAt(0);
    expect(point.p_kW[17]).toBe(42);
    expect(point.q_kvar[17]).toBe(value.operatingPoint.q_kvar[17]);
    expect(point.p_kW[16]).toBe(value.operatingPoint.p_kW[16]);
  });

  it('read local times across the change of clocks', () => {
    const { steps } = readInjectionProfiles(
      'time[Europe/Berlin],load_frac\n2025-03-30T01:00,1\n2025-03-30T03:00,1\n2025-03-30T04:00,1\n',
      'p.csv',
      feeder(),
    );
    expect(steps).toEqual(['2025-03-30T00:00:00Z', '2025-03-30T01:00:00Z', '2025-03-30T02:00:00Z']);
  });

  it.each([
    ['time,99_p_kW\n2025-01-15T00:00Z,1\n', /PROFILE_UNKNOWN_BUS/],
    ['time,x_kW\n2025-01-15T00:00Z,1\n', /PROFILE_UNKNOWN_COLUMN/],
    ['time,load_frac,18_p_kW\n2025-01-15T00:00Z,1,1\n', /PROFILE_MIXED/],
    ['time\n2025-01-15T00:00Z\n', /PROFILE_EMPTY/],
    ['load_frac\n1\n', /time/],
    ['time,load_frac\n', /p\.csv/],
    ['', /p\.csv/],
    ['time,load_frac\n2025-13-45,1\n', /p\.csv:2/],
    ['time,load_frac\n2025-01-15T01:00Z,1\n2025-01-15T00:00Z,1\n', /p\.csv:3/],
    ['time,load_frac\n2025-01-15T00:00Z,1\n2025-01-15T01:00Z,1\n2025-01-15T03:00Z,1\n', /p\.csv:4/],
    ['time,load_frac\n2025-01-15T00:00Z,abc\n', /p\.csv:2/],
  ])('%j: refused with the place', (text, message) => {
    expect(() => readInjectionProfiles(text, 'p.csv', feeder())).toThrow(InputError);
    expect(() => readInjectionProfiles(text, 'p.csv', feeder())).toThrow(message);
  });
});
