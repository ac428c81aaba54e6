import { describe, expect, it } from 'vitest';
import { readFeederDocument } from '../../packages/core/src/network/feeder/read-document.ts';
import { fourNodeFeeder } from '../../packages/core/src/networks/ieee4/four-node-feeder.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { fourNodeVoltages } from './published-four-node.ts';

/** Primaries and secondaries whose voltages the document prints between phases. */
const betweenPhases = (connection: string, node: string): boolean =>
  node === '2' ? connection.startsWith('d') : !connection.endsWith('-gry');

describe('the 4-node feeder with every connection of its transformer has the printed voltages to 0.1 %', () => {
  it.each(fourNodeVoltages.map((each) => [`${each.connection}, ${each.loading}`, each] as const))(
    '%s',
    (_, { connection, loading, v_V }) => {
      const { feeder } = readFeederDocument(fourNodeFeeder('ieee4', connection, loading));
      const { places, solve } = prepareThreePhase(feeder);
      const { status, v_re_V, v_im_V } = solve();
      expect(status).toBe('converged');
      for (const [node, printed] of Object.entries(v_V)) {
        const bus = feeder.buses.findIndex(({ id }) => id === node);
        for (const [k, expected_V] of printed.entries()) {
          const here = places.indexOf(bus, k + 1);
          const there = betweenPhases(connection, node) ? places.indexOf(bus, ((k + 1) % 3) + 1) : -1;
          const found_V = Math.hypot(v_re_V[here] - (v_re_V[there] ?? 0), v_im_V[here] - (v_im_V[there] ?? 0));
          expect(Math.abs(found_V / expected_V - 1), `node ${node}, ${k + 1}: ${found_V} V, printed ${expected_V} V`).toBeLessThan(1e-3);
        }
      }
    },
  );
});
