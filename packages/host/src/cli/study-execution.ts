import { resolve } from 'node:path';
import {
  BugError,
  type Catalog,
  CombinationError,
  InputError,
  StoppedError,
  type StudyProgress,
  type StudyServices,
} from '@gridflock/core';
import { type InputFile, readInputFile, sha256Of } from '../files/input-file.ts';
import { openIdentity } from '../identity/identity.ts';
import { nodeCrypto } from '../privacy/node-crypto.ts';
import { openTransport } from '../transports/open-transport.ts';
import type { InputRecord, StudyOrder, StudyOutcome } from './study-thread.ts';

/** Gives a study what it needs from the world: files beside the study file, a clock, and ears for the user. */
export async function executeStudy(
  order: StudyOrder,
  catalog: Catalog,
  onProgress: (progress: StudyProgress) => void,
): Promise<StudyOutcome> {
  const study = catalog.studies.find((each) => each.kind === order.kind);
  if (study === undefined) {
    throw new BugError({ code: 'STUDY_KIND_MISSING', message: `The study kind "${order.kind}" is gone` });
  }
  const flag = new Int32Array(order.stop);
  const read = new Map<string, InputRecord & { readonly text: string }>();
  const identity = order.identity === undefined ? undefined : await openIdentity(order.identity);
  const transport = order.transport === undefined ? undefined : await openTransport(order.transport, identity);
  let carriesMessages = false;
  const services: StudyServices = {
    async readText(path) {
      const known =
        read.get(path) ?? (order.files ? given(order.files, path) : await readInputFile(path, { from: resolve(order.folder, path) }));
      read.set(path, known);
      return known.text;
    },
    onProgress,
    async breathe() {
      await new Promise<void>((next) => setImmediate(next));
      if (Atomics.load(flag, 0) !== 0) throw new StoppedError({ code: 'STOPPED', message: 'Stopped by the user' });
    },
    carry:
      transport &&
      ((roles, options) => {
        carriesMessages = true;
        return transport.carry(roles, options);
      }),
    clock_s: () => performance.now() / 1000,
    crypto: nodeCrypto,
    version: order.version,
    seed: order.seed,
  };
  try {
    const result = await study.run(order.document, catalog, services);
    if (transport !== undefined && !carriesMessages) throw unusedTransport(order.kind);
    return { result, inputs: [...read.values()].map(({ path, sha256 }) => ({ path, sha256 })), carried: transport?.report };
  } finally {
    await transport?.close();
    identity?.close();
  }
}

function given(files: Readonly<Record<string, string>>, path: string): InputRecord & Pick<InputFile, 'text'> {
  const text = Object.hasOwn(files, path) ? files[path] : undefined;
  if (text !== undefined) return { path, text, sha256: sha256Of(text) };
  throw new InputError({
    code: 'FILE_NOT_STORED',
    message: `The study reads "${path.slice(0, 200)}", which is not stored here`,
    where: path.slice(0, 200),
    hint: 'Upload it under that name, or write what is in it into the study.',
  });
}

function unusedTransport(kind: string): CombinationError {
  return new CombinationError({
    code: 'TRANSPORT_UNUSED',
    message: `A transport was chosen, but this study (${kind}) sends no messages`,
    where: '--transport',
    hint: 'Leave the option out, or choose a scheme that negotiates.',
  });
}
