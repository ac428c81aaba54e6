import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { describePlantKind } from '../conformance.ts';
import { dcMicrogrid } from './kind.ts';

describePlantKind(dcMicrogrid);

describe('a microgrid on direct current of a document', () => {
  const build = (document: object) => dcMicrogrid.build(dcMicrogrid.schema.parse(document), { stream: randomStream(1) });
  const own = {
    buses: [{ id: 'bus', c_F: 1e-3 }],
    sources: [{ id: 'battery', bus: 'bus', v_set_V: 48, droop_ohm: 0.1 }],
    loads: [{ id: 'lamp', bus: 'bus', kind: 'power', p_kW: 0.5, v_nominal_V: 48 }],
    v_nominal_V: 48,
  };

  it('may be of one’s own', () => {
    const { plant, devices } = build(own);
    expect(plant.states.length).toBe(3);
    expect(devices).toEqual([{ id: 'battery', values: { droop_ohm: 0.1, v_ref_V: 48 } }]);
  });

  it('refuses two descriptions at once, and none', () => {
    expect(() => build({ ...own, scenario: 'dc-ring' })).toThrow(/its own buses/);
    expect(() => build({})).toThrow(/neither/);
  });
});
