import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, type ResultLetter, readResultLetter } from '@gridflock/core';
import { writeAtomicFile } from '../files/atomic-file.ts';
import { lockFolder } from '../files/folder-lock.ts';
import { makeFolders } from '../files/make-folders.ts';
import { writeFault } from '../files/write-fault.ts';
import { tokenOf } from '../transports/subject.ts';

/** The letters that a collector has taken, a file for each agent, so that it may be killed and started again. One process at a time. */
export class LetterFolder {
  private readonly folder: string;
  private readonly kept = new Map<string, ResultLetter>();
  private readonly unlock: () => void;

  /**
   * @param agents - whose letters may be there
   * @throws {InputError} STATE_IN_USE, STATE_FOREIGN, STATE_DAMAGED, OUT_NOT_WRITABLE
   */
  constructor(folder: string, run: string, agents: readonly string[]) {
    this.folder = folder;
    try {
      makeFolders(folder);
    } catch (error) {
      throw writeFault(error, folder);
    }
    this.unlock = lockFolder(folder);
    try {
      for (const agent of agents) this.read(agent, run);
    } catch (error) {
      this.unlock();
      throw error;
    }
  }

  get letters(): ReadonlyMap<string, ResultLetter> {
    return this.kept;
  }

  /** Puts a letter into its file before it counts; an older one than there is changes nothing. */
  keep(letter: ResultLetter): void {
    const { agent } = letter.report;
    const before = this.kept.get(agent);
    if (before !== undefined && before.ended >= letter.ended) return;
    writeAtomicFile(this.fileOf(agent), `${JSON.stringify(letter)}\n`, true);
    this.kept.set(agent, letter);
  }

  close(): void {
    this.unlock();
  }

  private read(agent: string, run: string): void {
    const path = this.fileOf(agent);
    if (!existsSync(path)) return;
    let letter: ResultLetter;
    try {
      letter = readResultLetter(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      throw new InputError({
        code: 'STATE_DAMAGED',
        message: `A letter that was taken cannot be read any more: ${error instanceof Error ? error.message : String(error)}`,
        where: path,
        hint: 'Put back a copy of it. Without one, remove it: the result will be made without this agent.',
      });
    }
    if (letter.run !== run) {
      throw new InputError({
        code: 'STATE_FOREIGN',
        message: `The folder holds letters of run "${letter.run}", not of "${run}"`,
        where: this.folder,
        hint: 'Name another folder, or remove this one.',
      });
    }
    this.kept.set(agent, letter);
  }

  private readonly fileOf = (agent: string): string => join(this.folder, `${tokenOf(agent)}.json`);
}
