import { availableParallelism } from 'node:os';
import { didYouMean, InputError } from '@gridflock/core';

/** Options as commander hands them over. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Setting {
  readonly name: string;
  readonly value: string | number | boolean | null;
  readonly origin: 'default' | 'environment' | 'flag';
  /** The flag or variable that sets it. */
  readonly setBy: string;
  readonly about: string;
}

/** What holds for every command. Flags win over the environment, the environment over the defaults. */
export interface Settings {
  readonly json: boolean;
  readonly out: string | undefined;
  readonly force: boolean;
  readonly seed: number;
  /** False when nobody chose it, so that a study's own seed holds. */
  readonly seedChosen: boolean;
  readonly threads: number;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly all: readonly Setting[];
}

const flag = (text: string, name: string): boolean => {
  if (['1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true;
  if (['0', 'false', 'no', 'off', ''].includes(text.toLowerCase())) return false;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `${name} must be 1 or 0, got "${text.slice(0, 40)}"`,
    where: name,
  });
};

/** A whole number from the command line. @throws {InputError} CLI_INVALID_VALUE */
export function wholeNumber(text: string, name: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new InputError({
      code: 'CLI_INVALID_VALUE',
      message: `${name} must be a whole number from ${min} to ${max}, got "${text.slice(0, 40)}"`,
      where: name,
    });
  }
  return value;
}

/** A number from the command line, if one was given. @throws {InputError} CLI_INVALID_VALUE */
export function optionalNumber(text: string | undefined, name: string, min: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/\S/.test(text) && Number.isFinite(value) && value >= min) return value;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `${name} must be a number${min === Number.NEGATIVE_INFINITY ? '' : ` of at least ${min}`}, got "${text.slice(0, 40)}"`,
    where: name,
  });
}

/** Seconds from the command line, if they were given. @throws {InputError} CLI_INVALID_VALUE */
export function optionalSeconds(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/\S/.test(text) && value > 0 && Number.isFinite(value)) return value;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `${name} must be a positive number of seconds, got "${text.slice(0, 40)}"`,
    where: name,
    hint: `Write for example ${name} 60.`,
  });
}

/** One of a list. @throws {InputError} CLI_INVALID_VALUE with the nearest name */
export function choice(text: string, name: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `${name} "${text.slice(0, 40)}" is not known`,
    where: name,
    hint: `${didYouMean(text, known) ?? ''} Known: ${known.join(', ')}.`.replace(/^ ?Known: .*? Known:/, 'Known:').trim(),
  });
}

const seedMax = 2 ** 32 - 1;

/** @throws {InputError} CLI_INVALID_VALUE */
export function readSettings(flags: Flags, env: Environment): Settings {
  const all: Setting[] = [];
  function setting<T extends string | number | boolean | null>(
    name: string,
    about: string,
    fallback: T,
    read: (text: string, setBy: string) => T,
  ): T {
    const variable = `GRIDFLOCK_${name.toUpperCase()}`;
    const given = flags[name];
    const inEnv = env[variable];
    const option = `--${name}`;
    let value: T = fallback;
    let origin: Setting['origin'] = 'default';
    if (given !== undefined && given !== false) {
      origin = 'flag';
      value = read(given === true ? '1' : given, option);
    } else if (inEnv !== undefined && inEnv !== '') {
      origin = 'environment';
      value = read(inEnv, variable);
    }
    all.push({ name, value, origin, setBy: name === 'debug' ? variable : `${option}, ${variable}`, about });
    return value;
  }

  const json = setting('json', 'one JSON document on standard output', false, flag);
  const out = setting<string | null>('out', 'folder for the files of the result', null, (text) => text);
  const force = setting('force', 'replace an earlier result', false, flag);
  const seed = setting('seed', 'start of every random choice', 1, (text, by) => wholeNumber(text, by, 0, seedMax));
  const threads = setting('threads', 'cores to use', availableParallelism(), (text, by) => wholeNumber(text, by, 1, 4096));
  const quiet = setting('quiet', 'no progress and no notes on standard error', false, flag);
  const debug = setting('debug', 'show where in the program an error arose', false, flag);
  const seedChosen = all.find((entry) => entry.name === 'seed')?.origin !== 'default';
  return { json, out: out ?? undefined, force, seed, seedChosen, threads, quiet, debug, all };
}

/** Variables that look like ours and mean nothing: most likely a slip. */
export function unknownVariables(env: Environment, all: readonly Setting[]): string[] {
  const known = all.map((entry) => `GRIDFLOCK_${entry.name.toUpperCase()}`);
  return Object.keys(env)
    .filter((name) => name.startsWith('GRIDFLOCK_') && !known.includes(name))
    .map((name) => `${name} is not a setting. ${didYouMean(name, known) ?? ''}`.trim());
}
