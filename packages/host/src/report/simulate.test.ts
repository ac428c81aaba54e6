import { beforeAll, describe, expect, it } from 'vitest';
import { simulateText } from '../cli/simulate-text.ts';
import { plainStyle } from '../cli/text.ts';
import { renderSimulateReport } from './simulate.ts';
import { simulateTables } from './simulate-tables.ts';
import { sampleSimulate } from './testing/sample-simulate.ts';

let html: string;
beforeAll(async () => {
  html = renderSimulateReport(await sampleSimulate());
}, 60_000);

describe('the report of a simulation', () => {
  it('is one file that asks nobody for anything, the same bytes for the same result', async () => {
    expect(html).toBe(renderSimulateReport(await sampleSimulate()));
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(src|href)="https?:/);
  });

  it('escapes what the study says', () => {
    expect(html).toContain('A &lt;microgrid&gt; &amp; its &quot;agents&quot;');
    expect(html).not.toContain('<microgrid>');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
  });

  it('says before the run where the cheap tier misleads, and after it what came of each event', () => {
    expect(html).toContain('What theory says before the run');
    expect(html).toMatch(/Use the averaged tier/);
    for (const words of ['secondary starts', 'load1.scale_frac = 1.3', 'link dg1–dg4 lost']) expect(html).toContain(words);
    expect(html).toMatch(/Advice: .*gain_w_per_s: /);
  });

  it('draws the graph with its leader', () => {
    expect(html).toContain('Communication graph of secondary: 4 agents, 8 links');
    expect(html.match(/class="agent leads"/g)).toHaveLength(1);
  });

  it('has tables whose rows have as many cells as columns', async () => {
    const tables = simulateTables(await sampleSimulate());
    expect(tables.map(({ name }) => name)).toEqual(['series.csv', 'windows.csv', 'agents.csv', 'modes.csv']);
    for (const { name, csv } of tables) {
      const counts = new Set(
        csv
          .trimEnd()
          .split('\n')
          .map((line) => line.replace(/"[^"]*"/g, '').split(',').length),
      );
      expect(counts.size, name).toBe(1);
    }
    expect(tables[0].csv).toMatch(/^time_s,dg1\.frequency_Hz,/);
  });

  it('says the same on the terminal', async () => {
    const text = simulateText(await sampleSimulate(), plainStyle);
    expect(text).toMatch(/frequency settles, s/);
    expect(text).toMatch(/The loop bears 9\d(\.\d)? ms of delay of measurements/);
    expect(text).toMatch(/Advice for 50 ms/);
  });
});
