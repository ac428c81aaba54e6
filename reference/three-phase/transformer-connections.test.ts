import { describe, expect, it } from 'vitest';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { readShared, sharedNames, sharedText, voltsOf } from './scripts.ts';

const folder = 'cimhub/transformer_connections';
/** They print hundredths of a volt; their solutions stop at OpenDSS's 1e-4 of the voltage. */
const TOLERANCE_PU = 2e-4;

interface Row {
  readonly bus: string;
  readonly phase: number;
  readonly volts: number;
}

/** Voltages to earth of the blocks `OpenDSS branch flow in … from BUS, Base case`. */
function baseCase(text: string): Row[] {
  const rows: Row[] = [];
  let bus: string | undefined;
  for (const row of text.split(/\r?\n/)) {
    const head = /branch flow in \S+ from (\S+), (Base case)?/.exec(row);
    if (head) bus = row.includes('OpenDSS') && head[2] ? head[1] : undefined;
    else if (/branch flow/.test(row)) bus = undefined;
    const line = /^\s+([ABC])\s+([\d.]+)\s/.exec(row);
    if (line && bus !== undefined) rows.push({ bus, phase: 'ABC'.indexOf(line[1]!) + 1, volts: Number(line[2]) });
  }
  return rows;
}

const names = sharedNames(folder, '.dss').map((name) => name.replace('.dss', ''));

describe.skipIf(names.length === 0)('CIMHub, transformer connections', () => {
  it.each(names)('%s', (name) => {
    const feeder = readShared(`${folder}/${name}.dss`);
    const flow = prepareThreePhase(feeder);
    const result = flow.solve();
    expect(result.status, result.diagnosis).toBe('converged');
    const at = voltsOf(feeder, flow.places, result);
    const rows = baseCase(sharedText(`${folder}/results/${name}.txt`));
    expect(rows.length).toBeGreaterThan(0);
    for (const { bus, phase, volts } of rows) {
      const ours = at(bus, phase);
      expect(ours, `${bus}.${phase}`).toBeDefined();
      expect(Math.abs(ours!.size - volts) / ours!.v_base_V, `${bus}.${phase}: ${ours!.size} V, theirs ${volts} V`).toBeLessThan(
        TOLERANCE_PU,
      );
    }
  });
});
