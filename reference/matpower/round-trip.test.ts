import { describe, expect, it } from 'vitest';
import { gridflockFormat } from '../../packages/core/src/formats/gridflock/format.ts';
import { matpowerFormat } from '../../packages/core/src/formats/matpower/format.ts';
import { caseNames, readShared } from './shared-cases.ts';

describe.runIf(caseNames('matpower/cases').length > 0)('MATPOWER cases written and read in our own format', () => {
  it.each(caseNames('matpower/cases'))('%s', (name) => {
    const first = matpowerFormat.read(readShared(`matpower/cases/${name}.m`), { fileName: `${name}.m` });
    const text = gridflockFormat.write?.(first).text ?? '';
    const second = gridflockFormat.read(text, { fileName: `${name}.yaml` });
    expect(second.network).toEqual(first.network);
    expect(second.operatingPoint).toEqual(first.operatingPoint);
  });
});
