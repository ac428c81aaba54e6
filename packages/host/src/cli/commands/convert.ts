import { extname } from 'node:path';
import { CombinationError, catalog, InputError, type NetworkFormat } from '@gridflock/core';
import { checkFileTarget, writeAtomicFile } from '../../files/atomic-file.ts';
import { readNetworkSource } from '../../files/network-source.ts';
import type { Action } from '../command.ts';
import { jsonText } from '../json-text.ts';
import { choice } from '../settings.ts';
import { counted, table } from '../text.ts';

/** A network from format to format, with what could not be carried over. */
export const convert: Action = async ({ options, settings, style, stop }, [from = '', to = '']) => {
  checkFileTarget(to, settings.force);
  const { format, write } = writerFor(to, options['to'] as string | undefined);
  const source = await readNetworkSource(from, {
    format: options['format'] as string | undefined,
    strict: options['strict'] === true,
  });
  const content = write(source.case);
  stop.check();
  writeAtomicFile(to, content, settings.force);
  const { network, dropped, warnings } = source.case;
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
  };
  const lines = [
    `${style.green('written')} ${to} (${format.name}): ${counted(network.buses.length, 'bus', 'buses')}, ${counted(network.branches.length, 'branch', 'branches')}`,
    ...warnings.map((text) => `${style.yellow('note')} ${text}`),
  ];
  if (dropped.length === 0) lines.push('Everything was carried over.');
  else {
    lines.push(
      style.yellow(`${counted(dropped.length, 'element')} could not be carried over`),
      table(
        [{ title: 'element' }, { title: 'where' }, { title: 'reason' }],
        dropped.map((each) => [each.element, each.where, each.reason]),
        style,
      ),
    );
  }
  return { document, text: lines.join('\n'), files: [{ name: 'convert.json', content: jsonText(document) }] };
};

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
  for (const format of fits) {
    if (format.write !== undefined) return { format, write: format.write.bind(format) };
  }
  throw new CombinationError({
    code: 'FORMAT_READ_ONLY',
    message: `Format "${fits[0]?.name}" can be read, but not written`,
    where: path,
    hint: `Can be written: ${writable.join(', ')} (for example ${path.replace(/\.\w+$/, '')}.yaml).`,
  });
}
