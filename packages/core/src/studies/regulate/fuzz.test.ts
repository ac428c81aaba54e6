import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../catalog.ts';
import { readDocument } from '../document.ts';
import { answered, mutate, mutations } from '../testing/mutations.ts';
import { missingFor, regulateTemplate, runRegulate } from '../testing/regulate.ts';
import { servicesWith, titled } from '../testing/studies.ts';
import { regulateSchema } from './document.ts';
import { prepare } from './prepare.ts';

const missing = missingFor(regulateTemplate());

describe.skipIf(missing.length > 0)(titled('a mutilated study of regulation', missing), () => {
  it('is read or refused with an error of ours: the template', async () => {
    const document = regulateTemplate();
    await fc.assert(
      fc.asyncProperty(mutations, async (changes) => {
        await answered(async () => prepare(readDocument(regulateSchema, mutate(document, changes)), catalog, servicesWith()));
      }),
      { numRuns: 300 },
    );
  });

  it('is refused when it is no mapping at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ maxDepth: 2 }), async (anything) => {
        expect(await answered(() => runRegulate(anything))).toMatch(/^STUDY_/);
      }),
    );
  });
});
