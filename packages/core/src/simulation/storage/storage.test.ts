import { describe, expect, it } from 'vitest';
import { describePlant } from '../conformance.ts';
import { quasiStaticMicrogrid } from '../microgrid/quasi-static.ts';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { simulate } from '../simulate.ts';
import { idealSources } from './ideal-sources.ts';
import { withStorage } from './with-storage.ts';

const store = (device: string, soc_frac = 0.5) => ({ device, energy_kWh: 2, soc_frac });

describePlant('ideal sources with stores', () => withStorage(idealSources(['a', 'b']), [store('a'), store('b')]));
describePlant('microgrid with a store', () => withStorage(quasiStaticMicrogrid(inverterChain(3)), [store('dg2')]));

describe('a store', () => {
  it('loses 36 kW · 50 s = half a kilowatt-hour of two', () => {
    const plant = withStorage(idealSources(['a']), [store('a', 0.8)]);
    const { x } = simulate(plant, { stop_s: 50, u: Float64Array.of(36) });
    expect(x[0]).toBeCloseTo(0.8 - 0.25, 12);
  });

  it.each([
    [{ ...store('a'), energy_kWh: 0 }, /"energy_kWh" of the store at "a" is 0/],
    [{ ...store('a'), soc_frac: 1.1 }, /"soc_frac" of the store at "a" is 1.1/],
    [store('c'), /"c.p_kW" is no output/],
  ])('%o is refused', (each, message) => {
    expect(() => withStorage(idealSources(['a']), [each])).toThrow(message);
  });
});
