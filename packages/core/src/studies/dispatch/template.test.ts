import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import type { DispatchResult } from '../../wire/dispatch-result.ts';
import type { StudyKind } from '../contract.ts';
import { servicesWith } from '../testing/studies.ts';

const dispatch = catalog.studies.find(({ kind }) => kind === 'dispatch') as StudyKind<DispatchResult>;

describe('the study of the template', () => {
  let result: DispatchResult;
  beforeAll(async () => void (result = await dispatch.run(parse(dispatch.template), catalog, servicesWith())), 120_000);
  it('runs', () => {

    expect(result.status).toBe('ok');
  });
});
