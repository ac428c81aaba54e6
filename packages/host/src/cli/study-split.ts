import { join } from 'node:path';
import { CombinationError, catalog, type SplitStudy, type StudyServices } from '@gridflock/core';
import { readInputFile } from '../files/input-file.ts';
import type { CommandContext } from './command.ts';

/**
 * Splits a study into what each agent must know.
 * @param inputs - filled with the files that it named, and their hashes
 * @throws {CombinationError} DEPLOY_NO_AGENTS; {InputError} STUDY_*
 */
export async function splitStudy(
  kind: string,
  document: Readonly<Record<string, unknown>>,
  folder: string,
  inputs: Map<string, string>,
  context: CommandContext,
): Promise<SplitStudy> {
  const { deployment } = catalog.studies.find((study) => study.kind === kind) ?? {};
  if (deployment === undefined) {
    throw new CombinationError({
      code: 'DEPLOY_NO_AGENTS',
      message: `A study of kind ${kind} has no agents that could run by themselves`,
      where: 'study',
      hint: 'Deploy a study of kind negotiate or simulate.',
    });
  }
  return deployment.split(document, catalog, studyServices(folder, inputs, context));
}

/** What a study needs from the world, where it is no work for a thread. */
export function studyServices(folder: string, inputs: Map<string, string>, context: CommandContext): StudyServices {
  const { settings, version, stop } = context;
  return {
    async readText(path) {
      const { text, sha256 } = await readInputFile(path, { from: join(folder, path) });
      inputs.set(path, sha256);
      return text;
    },
    onProgress: (progress) => context.progress.report(progress),
    async breathe() {
      stop.check();
    },
    clock_s: () => performance.now() / 1000,
    version,
    seed: settings.seedChosen ? settings.seed : undefined,
  };
}
