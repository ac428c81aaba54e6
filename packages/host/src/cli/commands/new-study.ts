import { catalog, InputError } from '@gridflock/core';
import { readNetworkSource } from '../../files/network-source.ts';
import type { Action } from '../command.ts';
import { choice } from '../settings.ts';

/** A commented study file to start from. */
export const newStudy: Action = async ({ options }, [kind = '']) => {
  choice(
    kind,
    'KIND',
    catalog.studies.map((study) => study.kind),
  );
  const study = catalog.studies.find((each) => each.kind === kind);
  const { network, preset } = options as { readonly network?: string; readonly preset?: string };
  // a name that cannot be read would make a template that cannot be run
  if (network !== undefined) await readNetworkSource(network);
  const template = preset === undefined ? (study?.template ?? '') : presetOf(kind, preset, network);
  const text = network === undefined ? template : withNetwork(template, network);
  return { document: { kind, study: text }, text, files: [{ name: 'study.yaml', content: text }] };
};

function presetOf(kind: string, name: string, network: string | undefined): string {
  const presets = catalog.presets.filter(({ study }) => study === kind);
  if (presets.length === 0) {
    throw new InputError({
      code: 'CLI_INVALID_VALUE',
      message: `Studies of kind ${kind} have no presets`,
      where: '--preset',
      hint: 'Leave the option out.',
    });
  }
  choice(
    name,
    '--preset',
    presets.map((each) => each.name),
  );
  if (network !== undefined) {
    throw new InputError({
      code: 'CLI_INVALID_VALUE',
      message: '--network and --preset exclude each other',
      where: '--network',
      hint: 'A preset says what it is about; edit the file.',
    });
  }
  return presets.find((each) => each.name === name)!.document;
}

/** The template with another network. Buses of the devices stay: the file says so, because they must fit. */
export function withNetwork(template: string, network: string): string {
  const value = /^[\w./-]+$/.test(network) && !/^[\d.+-]/.test(network) ? network : JSON.stringify(network);
  const line = /^network:.*$/m;
  const text = line.test(template) ? template.replace(line, () => `network: ${value}`) : `network: ${value}\n${template}`;
  return `# The buses named below come from the template: check that they exist in ${network} (gridflock inspect).\n${text}`;
}
