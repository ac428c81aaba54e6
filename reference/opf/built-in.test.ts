import { expect, it } from 'vitest';
import { readNetworkDocument } from '../../packages/core/src/network/read-document.ts';
import { ieee118 } from '../../packages/core/src/networks/ieee118/network.ts';
import { solve } from './cases.ts';

it('ieee118 has the optima of MATPOWER: 129660.69 and, in DC, 125947.88', async () => {
  const value = readNetworkDocument(ieee118.document);
  const ac = await solve(value, { formulation: 'ac' });
  expect(ac.status).toBe('optimal');
  expect(Math.abs(ac.objective_cur_per_h / 129660.694 - 1)).toBeLessThan(1e-7);
  expect(ac.certificate.acCheck?.mismatch_max_kVA).toBeLessThan(0.1);
  expect(ac.certificate.acCheck?.v_violation_max_pu).toBeLessThan(1e-6);
  const dc = await solve(value, { formulation: 'dc' });
  expect(Math.abs(dc.objective_cur_per_h / 125947.881 - 1)).toBeLessThan(1e-7);
  const least = await solve(value, { objective: 'loss' });
  expect(least.status).toBe('optimal');
  expect(least.loss_kW).toBeLessThan(ac.loss_kW);
  expect(least.objective_cur_per_h).toBeGreaterThan(ac.objective_cur_per_h);
});
