import { autoPowerFlow, type Case, catalog, type OpfOptions, type OpfResult, readNetworkDocument, solveOpf } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { opfDocument } from './opf-document.ts';
import { opfText } from './opf-text.ts';
import { plainStyle } from './text.ts';

const caseOf = (name: string): Case => readNetworkDocument(catalog.networks.find((each) => each.name === name)!.document);
const ieee118 = caseOf('ieee118');
const solver = catalog.solvers.find(({ name }) => name === 'interior-point')!;
const solve = (value: Case, options: OpfOptions): Promise<OpfResult> => solveOpf(value, { solver, powerFlow: autoPowerFlow }, options);
const textOf = (value: Case, result: OpfResult): string => opfText(value, result, 1, plainStyle);

describe('text of an optimal power flow', () => {
  it('calls what a relaxation invents by its name', async () => {
    const found = await solve(ieee118, { formulation: 'soc', recover: false });
    const relaxation = found.certificate.relaxation!;
    const withInvented = (inventedLoss_kW: number): string =>
      textOf(ieee118, {
        ...found,
        certificate: { ...found.certificate, relaxation: { ...relaxation, inventedLoss_kW, inventedPower_kVA: 5000 } },
      });
    expect(withInvented(2e-6)).toMatch(/not exact: it invents reactive losses of 5000 kvar, angles miss by [\d.]+° around a loop\n/);
    const { relaxation: _, ...unjudged } = found.certificate;
    expect(textOf(ieee118, { ...found, status: 'time-limit', certificate: unjudged })).toMatch(
      /relaxation +not judged[^\n]*neither a bound nor/,
    );
    expect(withInvented(40)).toMatch(/not exact: it invents losses of 40 kW \(5000 kVA with reactive ones\), angles/);
  });

  it('gives one price once, and none that is nothing', async () => {
    const found = await solve(ieee118, { formulation: 'dc' });
    expect(textOf(ieee118, found)).toMatch(/\nprices +0\.039381 cur\/kWh at every bus\npower flow check/);
    const free = { ...found, price_cur_per_kWh: found.price_cur_per_kWh.map((_, b) => 1e-13 * b) };
    expect(textOf(ieee118, free)).toMatch(/\nprices +0 cur\/kWh at every bus\n[\s\S]* 0\n/);
  });

  it('names the unit of the prices of losses', async () => {
    const feeder = caseOf('four-bus');
    const shown = textOf(feeder, await solve(feeder, { objective: 'loss' }));
    expect(shown).toMatch(/price_kW_per_kW\n/);
    expect(shown).not.toMatch(/cur_per_kWh/);
  });

  it('shows no cost of a point that is no dispatch', async () => {
    const found = await solve(ieee118, { timeLimit_s: 1, clock_s: ticking(0.4) });
    expect(found.status).toBe('time-limit');
    expect(textOf(ieee118, found)).toMatch(/time-limit [^\n]*\nNo dispatch was found by then: the last point misses [^\n]* per unit\.$/);
    expect(opfDocument(ieee118, found)).toMatchObject({ objective_cur_per_h: null, loss_kW: null });
  });
});

/** A clock on which every look takes this long. */
function ticking(step_s: number): () => number {
  let now_s = 0;
  return () => (now_s += step_s);
}
