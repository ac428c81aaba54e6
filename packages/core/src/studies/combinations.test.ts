import { describe, expect, it } from 'vitest';
import { catalog } from '../catalog.ts';
import { runsOrRefuses } from './testing/combinations.ts';
import { missingKinds, titled } from './testing/studies.ts';

const missing = missingKinds({ devices: [] });

describe.skipIf(missing.length > 0)(titled('every device runs or is refused with a cure:', missing), () => {
  // Each with one formulation and one scheme, so that each of these has its turn; all pairs are in the slow suite.
  it.each(catalog.devices.map(({ kind }, k) => [kind, k] as const))('%s', async (kind, k) => {
    const { name: formulation } = catalog.formulations[k % catalog.formulations.length];
    const { name: scheme } = catalog.schemes[(k >> 1) % catalog.schemes.length];
    expect(await runsOrRefuses(kind, formulation, scheme)).toBe('ran');
  });
});
