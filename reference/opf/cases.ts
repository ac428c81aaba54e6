import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { matpowerFormat } from '../../packages/core/src/formats/matpower/format.ts';
import type { Case } from '../../packages/core/src/network/network.ts';
import type { OpfResult } from '../../packages/core/src/opf/result.ts';
import type { OpfOptions } from '../../packages/core/src/opf/settings.ts';
import { solveOpf } from '../../packages/core/src/opf/solve.ts';
import { newton } from '../../packages/core/src/powerflows/newton/newton.ts';
import { interiorPoint } from '../../packages/core/src/solvers/interior-point/interior-point.ts';

/** Folder of the shared reference data; it is not part of the repository. */
export const folder = fileURLToPath(new URL('../../../shared/reference', import.meta.url));
export const isMounted = existsSync(`${folder}/matpower/solutions`) && existsSync(`${folder}/pglib_opf`);
export const readShared = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8');

export const solve = (value: Case, options: OpfOptions): Promise<OpfResult> =>
  solveOpf(value, { solver: interiorPoint(), powerFlow: newton }, options);

export const readCase = (path: string): Case => matpowerFormat.read(readShared(path), { fileName: path });

interface Solution {
  readonly objective: number;
  /** bus, vm_pu, va_deg, lam_p in $/MWh, lam_q */
  readonly bus: readonly (readonly number[])[];
}

/** Objective and nodal prices of a MATPOWER case against MATPOWER's own optimum. Tolerances stand in README.md. */
export async function expectMatpower(name: string, formulation: 'ac' | 'dc', price_frac = 1e-5): Promise<void> {
  const value = readCase(`matpower/cases/${name}.m`);
  const expected: Solution = JSON.parse(readShared(`matpower/solutions/${name}.${formulation === 'ac' ? 'opf' : 'dcopf'}.json`));
  const found = await solve(value, { formulation });
  expect(found.status).toBe('optimal');
  expect(Math.abs(found.objective_cur_per_h / expected.objective - 1)).toBeLessThan(1e-7);
  const at = new Map(value.network.buses.map(({ id }, b) => [id, b]));
  let worst = 0;
  for (const [bus, , , price] of expected.bus) {
    const b = at.get(String(bus)) ?? -1;
    if (Number.isNaN(found.price_cur_per_kWh[b])) continue;
    worst = Math.max(worst, Math.abs(found.price_cur_per_kWh[b] * 1000 - price) / Math.max(1, Math.abs(price)));
  }
  expect(worst).toBeLessThan(price_frac);
  if (formulation === 'ac') {
    expect(found.certificate.acCheck?.converged).toBe(true);
    expect(found.certificate.acCheck?.v_violation_max_pu).toBeLessThan(1e-5);
  }
}

const baselineOf = (name: string): readonly string[] =>
  (
    readShared('pglib_opf/baseline_excerpt.csv')
      .split('\n')
      .find((each) => each.startsWith(`${name},`)) ?? ''
  ).split(',');

/** Objective of a PGLib case to the five digits of its baseline; `inf.` there must be infeasible here. */
export async function expectPglib(name: string, formulation: 'ac' | 'dc'): Promise<void> {
  const published = baselineOf(name)[formulation === 'ac' ? 4 : 3] ?? '';
  const found = await solve(readCase(`pglib_opf/${name}.m`), { formulation, dcBranches: 'susceptance' });
  if (published.startsWith('inf')) expect(found.status).toBe('infeasible');
  else {
    expect(found.status).toBe('optimal');
    expect(found.objective_cur_per_h.toExponential(4)).toBe(published.replace(/e([+-])0/, 'e$1'));
  }
}

/** Gap of the SOC relaxation, 100·(AC − SOC)/AC, within 0.05 percentage points of the baseline; the recovered point is the AC optimum. */
export async function expectPglibGap(name: string): Promise<void> {
  const published_pct = Number(baselineOf(name)[6]);
  const value = readCase(`pglib_opf/${name}.m`);
  const exact = await solve(value, { formulation: 'ac' });
  const relaxed = await solve(value, { formulation: 'soc' });
  const { relaxation } = relaxed.certificate;
  expect(relaxed.status).toBe('optimal');
  expect(published_pct).toBeGreaterThan(0);
  const gap_pct = 100 * (1 - relaxed.objective_cur_per_h / exact.objective_cur_per_h);
  expect(Math.abs(gap_pct - published_pct)).toBeLessThan(0.05);
  expect(relaxation?.isExact).toBe(false);
  expect(Math.abs((relaxation?.bound ?? 0) / relaxed.objective_cur_per_h - 1)).toBeLessThan(1e-6);
  expect(relaxed.recovered?.objective_cur_per_h.toPrecision(6)).toBe(exact.objective_cur_per_h.toPrecision(6));
}

/** The same objective in both coordinates, to 1e-7; the certificate is that of the polar problem either way. */
export async function expectSameInRectangular(path: string): Promise<OpfResult> {
  const value = readCase(`${path}.m`);
  const polar = await solve(value, {});
  const found = await solve(value, { coordinates: 'rectangular' });
  expect([polar.status, found.status]).toEqual(['optimal', 'optimal']);
  expect(Math.abs(found.objective_cur_per_h / polar.objective_cur_per_h - 1)).toBeLessThan(1e-7);
  expect(found.certificate.primalResidual).toBeLessThan(1e-5);
  expect(found.certificate.dualResidual).toBeLessThan(1e-7);
  return found;
}
