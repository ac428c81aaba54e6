import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { answered, mutate, mutations } from '../testing/mutations.ts';
import { servicesWith } from '../testing/studies.ts';
import { prepare } from './prepare.ts';
import { runStudy, templateDocument } from './testing/small.ts';

describe('a mutilated simulation', () => {
  it('is read or refused with an error of ours: the template', async () => {
    const document = templateDocument();
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        await answered(async () => prepare(mutate(document, changes), catalog, servicesWith()));
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when it is no mapping at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ maxDepth: 2 }), async (anything) => {
        expect(await answered(() => runStudy(anything))).toMatch(/^STUDY_/);
      }),
    );
  });
});
