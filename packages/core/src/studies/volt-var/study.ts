import type { VoltVarResult } from '../../wire/volt-var-result.ts';
import type { StudyKind } from '../contract.ts';
import { template } from './presets/two-stage.ts';
import { runVoltVar } from './run.ts';

/** How should taps and capacitor banks stand before loads and sun are known, and what do inverters make of it then? */
export const voltVarStudy: StudyKind<VoltVarResult> = {
  kind: 'volt-var',
  title: 'Taps and banks before loads and sun are known, inverters after: losses, voltages, and the front of both',
  template,
  run: runVoltVar,
};
