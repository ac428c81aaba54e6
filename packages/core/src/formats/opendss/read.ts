import type { ReadOptions } from '../contract.ts';
import { mustBeText, mustHaveLines } from '../text-checks.ts';
import { type FeederOfScript, makeFeeder } from './elements/make-feeder.ts';
import { runScript } from './script/run.ts';

/**
 * Reads an OpenDSS script, with the files that it points at, as a feeder.
 * @throws {InputError} FORMAT_EMPTY, FORMAT_BINARY, FORMAT_TOO_LONG and the codes of `runScript` and `makeFeeder`
 */
export function readFeederScript(text: string, options: ReadOptions): FeederOfScript {
  mustBeText(text, options.fileName);
  mustHaveLines(text, options.fileName);
  return makeFeeder(runScript({ name: options.fileName, text }, options));
}
