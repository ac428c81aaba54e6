import { extname } from 'node:path';
import { CombinationError, catalog, InputError, type Loss, type NetworkFormat } from '@gridflock/core';
import { warningsOfFeeder } from '../../feeder/feeder-facts.ts';
import { checkFileTarget, writeAtomicFile } from '../../files/atomic-file.ts';
import { networkOptions, readNetworkSource } from '../../files/network-source.ts';
import type { Action } from '../command.ts';
import { jsonText } from '../json-text.ts';
import { choice } from '../settings.ts';
import { counted, table } from '../text.ts';

/** A network from format to format, with what could not be carried over. */
export const convert: Action = async ({ options, settings, style, stop }, [from = '', to = '']) => {
  checkFileTarget(to, settings.force);
  const { format, write } = writerFor(to, options['to'] as string | undefined);
  const source = await readNetworkSource(from, networkOptions(options));
  const { text: content, losses } = write(source.case);
  if (options['strict'] === true) mustBeWhole(losses, format.name, to);
  stop.check();
  writeAtomicFile(to, content, settings.force);
  const { network, dropped } = source.case;
  const warnings = warningsOfFeeder(source.case);
  const document = {
    status: 'done',
    network: network.name,
    from: source.path,
    to,
    format: format.name,
    buses: network.buses.length,
    branches: network.branches.length,
    warnings,
    dropped,
    losses,
  };
  const lines = [
    `${style.green('written')} ${to} (${format.name}): ${counted(network.buses.length, 'bus', 'buses')}, ${counted(network.branches.length, 'branch', 'branches')}`,
    ...warnings.map((text) => `${style.yellow('note')} ${text}`),
  ];
  if (dropped.length + losses.length === 0) lines.push('Everything was carried over.');
  if (dropped.length > 0) {
    lines.push(
      style.yellow(`${counted(dropped.length, 'element')} could not be read`),
      table(
        [{ title: 'element' }, { title: 'where' }, { title: 'reason' }],
        dropped.map((each) => [each.element, each.where, each.reason]),
        style,
      ),
    );
  }
  if (losses.length > 0) {
    lines.push(
      style.yellow(`${counted(losses.length, 'loss', 'losses')}: what ${format.name} has no place for`),
      table(
        [{ title: 'element' }, { title: 'reason' }],
        losses.map((each) => [each.element, each.reason]),
        style,
      ),
    );
  }
  return { document, text: lines.join('\n'), files: [{ name: 'convert.json', content: jsonText(document) }] };
};

const shownLosses = 5;

/** @throws {CombinationError} FORMAT_LOSSES when the format has no place for something */
function mustBeWhole(losses: readonly Loss[], format: string, to: string): void {
  if (losses.length === 0) return;
  const some = losses.slice(0, shownLosses).map((each) => `${each.element}: ${each.reason}`);
  const rest = losses.length > shownLosses ? `; and ${losses.length - shownLosses} more` : '';
  throw new CombinationError({
    code: 'FORMAT_LOSSES',
    message: `Format "${format}" has no place for everything in this network: ${some.join('; ')}${rest}`,
    where: to,
    hint: 'Write gridflock (`.yaml`), which holds everything, or leave out --strict to go on without it.',
  });
}

interface Writer {
  readonly format: NetworkFormat;
  readonly write: NonNullable<NetworkFormat['write']>;
}

/** The format that is named, or the one the ending suggests. */
function writerFor(path: string, name: string | undefined): Writer {
  const writable = catalog.formats.filter((format) => format.write !== undefined).map((format) => format.name);
  const ending = extname(path).slice(1).toLowerCase();
  const fits = catalog.formats.filter((format) => (name === undefined ? format.endings.includes(ending) : format.name === name));
  if (name !== undefined)
    choice(
      name,
      '--to',
      catalog.formats.map((format) => format.name),
    );
  else if (fits.length === 0) {
    throw new InputError({
      code: 'FORMAT_ENDING_UNKNOWN',
      message: `No format is known for "${path}": its ending is ${ending === '' ? 'missing' : `".${ending}"`}`,
      where: path,
      hint: `Name the format with --to. Can be written: ${writable.join(', ')}.`,
    });
  }
  const writers = fits.filter((format) => format.write !== undefined);
  if (writers.length > 1) {
    throw new InputError({
      code: 'FORMAT_ENDING_AMBIGUOUS',
      message: `More than one format ends in ".${ending}": ${writers.map((format) => format.name).join(', ')}`,
      where: path,
      hint: `Name it: --to ${writers[0]?.name}.`,
    });
  }
  for (const format of writers) {
    if (format.write !== undefined) return { format, write: format.write.bind(format) };
  }
  throw new CombinationError({
    code: 'FORMAT_READ_ONLY',
    message: `Format "${fits[0]?.name}" can be read, but not written`,
    where: path,
    hint: `Can be written: ${writable.join(', ')} (for example ${path.replace(/\.\w+$/, '')}.yaml).`,
  });
}
