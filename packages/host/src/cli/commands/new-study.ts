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
  const network = options['network'] as string | undefined;
  // a name that cannot be read would make a template that cannot be run
  if (network !== undefined) await readNetworkSource(network);
  const preset = options['preset'] as string | undefined;
  const template = preset === undefined ? (study?.template ?? '') : presetText(kind, preset);
  const text = network === undefined ? template : withNetwork(template, network);
  return { document: { kind, study: text }, text, files: [{ name: 'study.yaml', content: text }] };
};

/** @throws {InputError} STUDY_UNKNOWN_MEMBER where a kind has no preset of that name */
function presetText(kind: string, name: string): string {
  const presets = catalog.studies.find((study) => study.kind === kind)?.presets ?? [];
  if (presets.length === 0) {
    throw new InputError({
      code: 'STUDY_UNKNOWN_MEMBER',
      message: `Studies of kind ${kind} have no presets`,
      where: '--preset',
      hint: `Leave it out: \`gridflock new study ${kind}\` prints the one study file to start from.`,
    });
  }
  choice(
    name,
    '--preset',
    presets.map((preset) => preset.name),
  );
  return presets.find((preset) => preset.name === name)?.text ?? '';
}

/** The template with another network. Buses of the devices stay: the file says so, because they must fit. */
export function withNetwork(template: string, network: string): string {
  const value = /^[\w./-]+$/.test(network) && !/^[\d.+-]/.test(network) ? network : JSON.stringify(network);
  const line = /^network:.*$/m;
  const text = line.test(template) ? template.replace(line, () => `network: ${value}`) : `network: ${value}\n${template}`;
  return `# The buses named below come from the template: check that they exist in ${network} (gridflock inspect).\n${text}`;
}
