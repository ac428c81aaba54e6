import { describe, expect, it } from 'vitest';
import { catalog } from '../catalog.ts';
import { runsOrRefuses } from './testing/combinations.ts';
import { missingKinds, titled } from './testing/studies.ts';

const missing = missingKinds({ devices: [] });
const all = catalog.devices.flatMap(({ kind }) =>
  catalog.formulations.flatMap(({ name: formulation }) =>
    catalog.schemes.flatMap(({ name: scheme }) => catalog.solvers.map(({ name: solver }) => [kind, formulation, scheme, solver] as const)),
  ),
);

describe.skipIf(missing.length > 0)(titled('every device × formulation × scheme × solver runs or is refused with a cure:', missing), () => {
  it.each(all)('%s × %s × %s × %s', async (kind, formulation, scheme, solver) => {
    expect(['ran', 'refused']).toContain(await runsOrRefuses(kind, { formulation, scheme, solver }));
  });
});
