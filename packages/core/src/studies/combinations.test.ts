import { describe, expect, it } from 'vitest';
import { catalog } from '../catalog.ts';
import { runsOrRefuses } from './testing/combinations.ts';
import { missingKinds, titled } from './testing/studies.ts';

const missing = missingKinds({ devices: [] });
const { formulations, schemes, solvers } = catalog;

describe.skipIf(missing.length > 0)(titled('every device runs or is refused with a cure:', missing), () => {
  // Each with one formulation and one scheme, so that each of these has its turn; all pairs are in the slow suite.
  it.each(catalog.devices.map(({ kind }, k) => [kind, k] as const))('%s', async (kind, k) => {
    const { name: formulation } = formulations[k % formulations.length];
    const { name: scheme } = schemes[Math.floor(k / formulations.length) % schemes.length];
    expect(await runsOrRefuses(kind, { formulation, scheme })).toBe('ran');
  });

  const { kind } = catalog.devices[0];
  it.each(
    solvers.flatMap(({ name: solver, takes }) =>
      formulations.map(({ name: formulation }) => [solver, formulation, takes.cones.includes('second-order')] as const),
    ),
  )(`${kind} with the inverter as a cone × %s × %s`, async (solver, formulation, takesCones) => {
    const outcome = await runsOrRefuses(kind, { formulation, scheme: 'central', solver, capability: 'cone' });
    expect(outcome).toBe(takesCones ? 'ran' : 'refused');
  });
});
