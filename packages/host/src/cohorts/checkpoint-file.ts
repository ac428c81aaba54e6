import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Checkpoint, InputError } from '@gridflock/core';
import { makeFolders } from '../files/make-folders.ts';
import { forgetTemporary, temporaryBeside } from '../files/temporary-paths.ts';
import { writeFault } from '../files/write-fault.ts';
import { type CohortInstance, costLaws, instanceKinds } from './instance.ts';

/** What a checkpoint file holds: which problem, and where its negotiation stands. Devices' plans are not in it: the next iteration makes them. */
export interface SavedCheckpoint {
  readonly instance: CohortInstance;
  readonly memory_count: number;
  readonly checkpoint: Omit<Checkpoint, 'power_kW'>;
}

const magic = 'gridflock cohorts 1\n';
const headerLength_max = 4096;
const digestLength = 32;
const piece = 1 << 24;

/**
 * Writes the checkpoint; the file appears whole or not at all, in place of an earlier one.
 *
 * Layout: the magic line; a line of JSON; z, λ and the residuals so far as doubles of this machine's byte order; the SHA-256 of all that.
 * @throws {InputError} OUT_NOT_WRITABLE, OUT_DISK_FULL
 */
export function writeCheckpoint(path: string, { instance, memory_count, checkpoint }: SavedCheckpoint): void {
  const { held_kW, price_cur_per_kWh, residuals_kW, iterations_count, rho, rhoFirst, jumps_count, firstStep_kW } = checkpoint;
  const header = {
    instance,
    memory_count,
    counts: [held_kW.length, price_cur_per_kWh.length, residuals_kW.length],
    state: { iterations_count, rho, rhoFirst, jumps_count, firstStep_kW },
  };
  let draft: string | undefined;
  let file: number | undefined;
  try {
    makeFolders(dirname(resolve(path)));
    draft = temporaryBeside(resolve(path));
    file = openSync(draft, 'w');
    const digest = createHash('sha256');
    for (const bytes of [Buffer.from(`${magic}${JSON.stringify(header)}\n`), ...[held_kW, price_cur_per_kWh, residuals_kW].map(bytesOf)]) {
      for (let at = 0; at < bytes.length; at += piece) {
        const part = bytes.subarray(at, at + piece);
        digest.update(part);
        writeWhole(file, part);
      }
    }
    writeWhole(file, digest.digest());
    fsyncSync(file);
    closeSync(file);
    file = undefined;
    renameSync(draft, path);
  } catch (error) {
    if (file !== undefined) closeSync(file);
    if (draft !== undefined) rmSync(draft, { force: true });
    throw writeFault(error, path);
  } finally {
    if (draft !== undefined) forgetTemporary(draft);
  }
}

const bytesOf = (values: Float64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** @throws {InputError} COHORT_CHECKPOINT_FILE */
export function readCheckpoint(path: string): SavedCheckpoint {
  const file = openOrFail(path);
  try {
    const start = Buffer.alloc(headerLength_max);
    const length = readSync(file, start, 0, headerLength_max, 0);
    const text = start.toString('utf8', 0, length);
    const end = text.indexOf('\n', magic.length);
    if (!text.startsWith(magic) || end < 0) throw damaged(path, 'it does not begin like one');
    const header = readHeader(path, text.slice(magic.length, end));
    const first = Buffer.byteLength(text.slice(0, end + 1));
    const size = first + 8 * header.counts.reduce((sum, count) => sum + count, 0) + digestLength;
    const found = statSync(path).size;
    if (found !== size) throw damaged(path, `it has ${found} bytes instead of ${size}`);
    const digest = createHash('sha256').update(start.subarray(0, first));
    let at = first;
    const [held_kW, price_cur_per_kWh, residuals_kW] = header.counts.map((count) => {
      const values = new Float64Array(count);
      const bytes = bytesOf(values);
      for (let done = 0; done < bytes.length; ) done += readSync(file, bytes, done, Math.min(piece, bytes.length - done), at + done);
      digest.update(bytes);
      at += bytes.length;
      return values;
    }) as [Float64Array, Float64Array, Float64Array];
    const stated = Buffer.alloc(digestLength);
    readSync(file, stated, 0, digestLength, at);
    if (!digest.digest().equals(stated)) throw damaged(path, 'its checksum is wrong');
    const { instance, memory_count, state } = header;
    return { instance, memory_count, checkpoint: { ...state, held_kW, price_cur_per_kWh, residuals_kW } };
  } finally {
    closeSync(file);
  }
}

interface Header {
  readonly instance: CohortInstance;
  readonly memory_count: number;
  readonly counts: readonly [number, number, number];
  readonly state: Omit<Checkpoint, 'power_kW' | 'held_kW' | 'price_cur_per_kWh' | 'residuals_kW'>;
}

function readHeader(path: string, line: string): Header {
  let header: Partial<Header>;
  try {
    header = JSON.parse(line) as Partial<Header>;
  } catch {
    throw damaged(path, 'its head is not JSON');
  }
  const { instance, memory_count, counts, state } = header;
  const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
  const isSound =
    instance !== undefined &&
    instanceKinds.includes(instance.kind) &&
    costLaws.includes(instance.costs) &&
    [instance.nets_count, instance.steps_count, instance.seed, memory_count, state?.iterations_count].every(isCount) &&
    Array.isArray(counts) &&
    counts.length === 3 &&
    counts.every(isCount) &&
    [state?.rho, state?.rhoFirst, state?.jumps_count, state?.firstStep_kW].every(Number.isFinite);
  if (!isSound) throw damaged(path, 'its head lacks something');
  return header as Header;
}

function openOrFail(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw damaged(path, `it cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
}

const damaged = (path: string, why: string): InputError =>
  new InputError({
    code: 'COHORT_CHECKPOINT_FILE',
    message: `This is no whole checkpoint of gridflock scale: ${why}`,
    where: path,
    hint: 'Take a file that --checkpoint wrote, or start anew without --resume.',
  });
