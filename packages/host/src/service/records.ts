import { randomUUID } from 'node:crypto';
import { InputError } from '@gridflock/core';
import type { ContentStore } from '../store/content-store.ts';
import type { Database } from '../store/contract.ts';

export interface StoredNetwork {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly summary: unknown;
  readonly created_at: Date;
  /** In the content store. */
  readonly file: string;
}

export interface StoredStudy {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly text: string;
  /** Rises with every change: the ETag. */
  readonly version: number;
  readonly created_at: Date;
  readonly changed_at: Date;
}

const ofNetwork = 'id, name, format, summary, created_at, file';
const ofStudy = 'id, name, kind, text, version, created_at, changed_at';

/** Networks and drafts of studies, each of an owner; nobody sees another's. */
export class Records {
  private readonly database: Database;
  private readonly contents: ContentStore;
  private readonly clock: () => Date;

  constructor(database: Database, contents: ContentStore, clock: () => Date) {
    this.database = database;
    this.contents = contents;
    this.clock = clock;
  }

  async addNetwork(owner: string, given: { name: string; format: string; text: string; summary: unknown }): Promise<StoredNetwork> {
    const [made] = await this.database.query<StoredNetwork>(
      `INSERT INTO networks (id, owner, name, format, file, summary, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${ofNetwork}`,
      [randomUUID(), owner, given.name, given.format, this.contents.put(given.text), JSON.stringify(given.summary), this.clock()],
    );
    return certain(made);
  }

  networks(owner: string): Promise<StoredNetwork[]> {
    return this.database.query(`SELECT ${ofNetwork} FROM networks WHERE owner = $1 ORDER BY name`, [owner]);
  }

  async network(owner: string, id: string): Promise<StoredNetwork | undefined> {
    return (await this.database.query<StoredNetwork>(`SELECT ${ofNetwork} FROM networks WHERE owner = $1 AND id = $2`, [owner, id]))[0];
  }

  async removeNetwork(owner: string, id: string): Promise<boolean> {
    return (await this.database.query('DELETE FROM networks WHERE owner = $1 AND id = $2 RETURNING id', [owner, id])).length > 0;
  }

  async addStudy(owner: string, { name, kind, text }: { name: string; kind: string; text: string }): Promise<StoredStudy> {
    const [made] = await this.database.query<StoredStudy>(
      `INSERT INTO studies (id, owner, name, kind, text, version, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $6) RETURNING ${ofStudy}`,
      [randomUUID(), owner, name, kind, text, this.clock()],
    );
    return certain(made);
  }

  studies(owner: string): Promise<StoredStudy[]> {
    return this.database.query(`SELECT ${ofStudy} FROM studies WHERE owner = $1 ORDER BY changed_at DESC, id`, [owner]);
  }

  async study(owner: string, id: string): Promise<StoredStudy | undefined> {
    return (await this.database.query<StoredStudy>(`SELECT ${ofStudy} FROM studies WHERE owner = $1 AND id = $2`, [owner, id]))[0];
  }

  /**
   * Replaces the text of a study, if it is still the version that the writer had seen.
   * @throws {InputError} VERSION_CHANGED
   */
  async changeStudy(
    owner: string,
    id: string,
    version: number,
    { name, kind, text }: { name: string; kind: string; text: string },
  ): Promise<StoredStudy | undefined> {
    const [changed] = await this.database.query<StoredStudy>(
      `UPDATE studies SET name = $4, kind = $5, text = $6, version = version + 1, changed_at = $7
       WHERE owner = $1 AND id = $2 AND version = $3 RETURNING ${ofStudy}`,
      [owner, id, version, name, kind, text, this.clock()],
    );
    if (changed !== undefined) return changed;
    const now = await this.study(owner, id);
    if (now === undefined) return undefined;
    throw new InputError({
      code: 'VERSION_CHANGED',
      message: `The study is at version ${now.version}, the change was made to version ${version}`,
      hint: 'Read it again, and make the change to what is there now.',
    });
  }

  async removeStudy(owner: string, id: string): Promise<boolean> {
    return (await this.database.query('DELETE FROM studies WHERE owner = $1 AND id = $2 RETURNING id', [owner, id])).length > 0;
  }
}

function certain<T>(made: T | undefined): T {
  if (made === undefined) throw new Error('the database returned nothing for an insert');
  return made;
}
