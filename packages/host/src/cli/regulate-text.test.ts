import { expect, test } from 'vitest';
import { sampleRegulate } from '../report/testing/sample-regulate.ts';
import { regulateText } from './regulate-text.ts';
import { colourStyle, plainStyle } from './text.ts';

test('a row per run, with what was held at the edge; money, partitions and the resources that gained most', () => {
  const result = sampleRegulate();
  const text = regulateText(result, plainStyle);
  for (const { name } of result.runs) expect(text.split('\n').filter((line) => line.startsWith(name))).toHaveLength(1);
  expect(text).toContain('18:00 19:00 20:00');
  expect(text).toContain('1188 valid partitions, all found; 590 with a mean electrical distance up to 0.35');
  expect(text).toContain('60 partitions tried under 100 random commands: 30 keep within 0.1 %');
  expect(text).toContain('7 portfolios earn 3850.00 SGD instead of 3010.00 (+840.00)');
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThan(160);
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
});

test('many resources are cut, a voltage beyond limits is red, and no market says nothing of money', () => {
  const many = sampleRegulate({ resources_count: 40 });
  expect(regulateText(many, plainStyle)).toContain('and 28 more in resources.csv');
  const broken = { ...many, runs: many.runs.map((run) => ({ ...run, v_violation_max_pu: 0.1 })) };
  expect(regulateText(broken, colourStyle).match(/\u001b\[31m/g)).toHaveLength(many.runs.length);
  const market = { structure: 'none', buy_cur_per_kWh: [], sell_cur_per_kWh: [], portfolios: [] };
  const text = regulateText({ ...many, market }, plainStyle);
  expect(text).not.toMatch(/SGD|earn/);
});
