import type { Form } from '../form.ts';
import { available } from './available.ts';
import { conversion } from './conversion.ts';
import { curtailed } from './curtailed.ts';
import { filled } from './filled.ts';
import { fixed } from './fixed.ts';
import { heated } from './heated.ts';
import { lossy } from './lossy.ts';
import { ramped } from './ramped.ts';
import { stored } from './stored.ts';
import { traded } from './traded.ts';
import { transfer } from './transfer.ts';

/** All forms, for those who are told a name: a thread that gets a problem as plain data. */
export const cohortForms: readonly Form[] = [
  available,
  conversion,
  curtailed,
  filled,
  fixed,
  heated,
  lossy,
  ramped,
  stored,
  traded,
  transfer,
];
