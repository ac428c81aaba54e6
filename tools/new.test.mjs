import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { camelOf, scaffold, withMember } from './new.mjs';
import { families } from './source.mjs';

const catalog = `import type { Catalog } from './studies/contract.ts';
import { battery } from './devices/battery/declare.ts';
import { pv } from './devices/pv/declare.ts';
import { highs } from './solvers/highs/highs.ts';

/** Every member. */
export const catalog: Catalog = {
  networks: [],
  devices: [
    battery,
    pv,
  ],
  solvers: [
    highs(),
  ],
  formats: [matpower],
};
`;

it('puts a member in its alphabetical place', () => {
  const text = withMember(catalog, 'devices', 'heat-pump', 'heatPump', 'declare');
  expect(text).toContain(`battery/declare.ts';\nimport { heatPump } from './devices/heat-pump/declare.ts';\nimport { pv }`);
  expect(text).toContain('    battery,\n    heatPump,\n    pv,\n  ],');
  expect(withMember(catalog, 'devices', 'wind', 'wind', 'declare')).toContain('    pv,\n    wind,\n  ],');
  expect(withMember(catalog, 'solvers', 'clarabel', 'clarabel', 'clarabel')).toContain('    clarabel(),\n    highs(),\n');
  expect(withMember(catalog, 'networks', 'ieee33', 'ieee33', 'network')).toContain('  networks: [\n    ieee33,\n  ],');
  expect(withMember(catalog, 'formats', 'csv', 'csv', 'format')).toContain('  formats: [\n    csv,\n    matpower,\n  ],');
  expect(withMember(catalog, 'solvers', 'pv', 'pv', 'pv')).toContain('    highs(),\n    pvSolver(),\n');
  expect(() => withMember(catalog, 'devices', 'pv', 'pv', 'declare')).toThrow('already');
  expect(() => withMember(catalog, 'schemes', 'x', 'x', 'scheme')).toThrow('by hand');
});

it('refuses names that would not do', () => {
  for (const name of [undefined, '', 'HeatPump', 'heat_pump', '9lives', 'heat--pump', '../x', 'utils', 'new']) {
    expect(() => scaffold('/nowhere', 'device', name), name).toThrow(/name/);
  }
  expect(() => scaffold('/nowhere', 'gadget', 'x')).toThrow('Known: device');
  expect(camelOf('heat-pump-2')).toBe('heatPump2');
});

it('fills every template', () => {
  const root = mkdtempSync(join(tmpdir(), 'gridflock-new-'));
  for (const family of ['device', 'scheme', 'solver', 'formulation', 'format', 'powerflow', 'study', 'network', 'controller']) {
    const { files, folder, listed } = scaffold(root, family, 'try-out', 'A trial');
    expect(listed).toBe(false);
    expect(Object.values(families)).toContain(family);
    expect(existsSync(join(root, folder, 'README.md'))).toBe(true);
    expect(existsSync(join(root, folder, 'try-out.test.ts')), family).toBe(true);
    for (const file of files) expect(readFileSync(join(root, file), 'utf8'), file).not.toMatch(/__\w+__/);
    expect(() => scaffold(root, family, 'try-out')).toThrow('exists already');
  }
  rmSync(root, { recursive: true });
});
