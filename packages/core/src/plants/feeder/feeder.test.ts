import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { describePlantKind } from '../conformance.ts';
import type { PlantModel } from '../contract.ts';
import { feeder } from './kind.ts';

describePlantKind(feeder);

const build = (document: object): PlantModel => feeder.build(feeder.schema.parse(document), { stream: randomStream(1) });
const own = [{ id: 'roof', bus: '18', s_max_kVA: 500, p_start_kW: 300 }];

describe('a feeder of a document', () => {
  it('may have inverters of its own, whose reactive power is what their sun leaves', () => {
    const { devices } = build({ inverters: own });
    expect(devices).toEqual([{ id: 'roof', values: { q_max_kvar: 400 } }]);
  });

  it('may be the 69-bus one, with inverters of its own only', () => {
    expect(build({ network: 'ieee69', inverters: own }).plant.outputs.filter((name) => name.startsWith('bus.'))).toHaveLength(69);
    expect(() => build({ network: 'ieee69' })).toThrow(/no inverters by itself/);
  });

  it('has clouds over the seven only, which move their sun', () => {
    const { plant, processes } = build({ clouds: { clears_s: 0, after_frac: 0.5, until_s: 100 } });
    const u = new Float64Array(plant.inputs.length);
    const [clouds] = processes!();
    for (let k = 0; k < 50; k++) clouds.act(clouds.next_s, u, u);
    const sun = u.filter((_, k) => k % 2 === 1);
    expect(new Set(sun).size).toBe(7);
    for (const p_kW of sun) expect(p_kW).toBeLessThanOrEqual(750);
    expect(() => build({ inverters: own, clouds: { clears_s: 0, after_frac: 0.5 } })).toThrow(/seven inverters/);
  });
});
