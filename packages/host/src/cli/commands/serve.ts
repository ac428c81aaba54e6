import { resolve } from 'node:path';
import { InputError } from '@gridflock/core';
import type { Action } from '../command.ts';
import { optionalSeconds, wholeNumber } from '../settings.ts';
import { pairs } from '../text.ts';

const portDefault = '8420';
const memoryDefault_MiB = '4096';

/** Answers over HTTP until it is stopped: networks, studies, runs, measurements. */
export const serve: Action = async ({ options, settings, style, version, stop, note }) => {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const data = resolve(text('data') ?? 'gridflock-data');
  const port = wholeNumber(text('port') ?? portDefault, '--port', 0, 65_535);
  const database = text('database');
  const started_ms = performance.now();
  // loaded here: no other command pays for the service
  const { startService } = await import('../../service/service.ts');
  const service = await startService({
    data,
    database,
    port,
    version,
    threads_count: settings.threads,
    memory_MiB: wholeNumber(text('memory') ?? memoryDefault_MiB, '--memory', 128, 1_048_576),
    timeLimit_s: optionalSeconds(text('timeLimit'), '--time-limit') ?? 3_600,
  }).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE' ? taken(port) : error;
  });
  const facts = pairs(
    [
      ...(service.hasPage ? ([['page', `${service.address}/`]] as const) : []),
      ['API', `${service.address}/api/openapi.json`],
      ['data', data],
      ['database', service.engine === 'embedded' ? 'embedded, in that folder' : 'PostgreSQL'],
      ['ends with', 'Ctrl-C; runs that are at work go on when it is started again'],
    ],
    style,
  );
  note(`${style.bold('gridflock is ready')} (${((performance.now() - started_ms) / 1000).toFixed(1)} s)\n${facts}`);
  stop.hold();
  await new Promise<void>((resolve) => stop.onRequest(() => resolve()));
  await service.close();
  return { document: { address: service.address, engine: service.engine, data, status: 'stopped' }, text: 'stopped', files: [] };
};

const taken = (port: number): InputError =>
  new InputError({
    code: 'PORT_TAKEN',
    message: `Port ${port} is used by another program`,
    where: '--port',
    hint: 'Choose another one, or 0 for any that is free.',
  });
