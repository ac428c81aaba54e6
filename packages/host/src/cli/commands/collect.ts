import { basename, dirname, join, resolve } from 'node:path';
import { type CollectorFile, InputError, readCollectorFile } from '@gridflock/core';
import { collectLetters } from '../../agents/collection.ts';
import { type CommonResult, commonResult } from '../../agents/common-result.ts';
import { LetterFolder } from '../../agents/letter-folder.ts';
import { readInputFile, sha256Of } from '../../files/input-file.ts';
import { readStudyFile } from '../../files/study-file.ts';
import { openIdentity } from '../../identity/identity.ts';
import { checkTransport, openMailbox } from '../../transports/open-transport.ts';
import type { Action } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { optionalSeconds } from '../settings.ts';
import { placed } from '../study-source.ts';
import { counted, pairs, type Style, shownNumber, table } from '../text.ts';

const timeLimit_s = 600;

/** Puts the common result of a run together from the letters of its agents. */
export const collect: Action = async (context, [path = '']) => {
  const { options, style, version, stop } = context;
  const limit = typeof options['timeLimit'] === 'string' ? options['timeLimit'] : undefined;
  const patience_s = optionalSeconds(limit, '--time-limit') ?? timeLimit_s;
  const { text } = await readInputFile(path);
  const file = collectorIn(text, path);
  const identityFile = options['identity'];
  const identity = typeof identityFile === 'string' ? await openIdentity(identityFile, (note) => context.note(note)) : undefined;
  const state = typeof options['state'] === 'string' ? options['state'] : join(dirname(path), 'letters');
  let folder: LetterFolder | undefined;
  let dropped: ReadonlyMap<string, number> = new Map();
  try {
    folder = new LetterFolder(resolve(state), file.run, file.agents);
    const before_count = folder.letters.size;
    if (before_count > 0) context.note(`${counted(before_count, 'letter')} of ${file.agents.length} had been taken before`);
    if (before_count < file.agents.length) {
      const mailbox = await openMailbox(file.transport, identity?.security);
      try {
        dropped = await collectLetters(mailbox, file, folder, {
          timeLimit_s: patience_s,
          seal: identity?.notaryFor(file.run),
          onLetter: (missing_count) => context.progress.report({ phase: 'collecting', done: file.agents.length - missing_count }),
          check: () => stop.check(),
        });
      } finally {
        await mailbox.close();
      }
    }
    const result = commonResult(file.agents, folder.letters);
    const document = {
      status: result.status,
      ...(result.reasons.length === 0 ? {} : { reasons: result.reasons }),
      title: file.title,
      run: file.run,
      missing: result.missing,
      ...result.judgement,
      ...(result.bound_cur === undefined ? {} : { bound_cur: result.bound_cur }),
      nets: result.nets,
      agents: result.agents,
      lettersDropped: Object.fromEntries(dropped),
      provenance: { version, inputs: [{ path: basename(path), sha256: sha256Of(text) }] },
    };
    return {
      document,
      text: collectedText(file, result, style),
      status: result.status === 'ok' ? 0 : 1,
      files: [{ name: 'result.json', content: jsonPieces(document) }],
    };
  } finally {
    folder?.close();
    identity?.close();
  }
};

function collectorIn(text: string, path: string): CollectorFile {
  const file = readStudyFile(text, path);
  const { gridflock } = file.document;
  if (typeof gridflock !== 'string' || !gridflock.startsWith('collector/')) {
    throw new InputError({
      code: 'COLLECTOR_FILE_EXPECTED',
      message: `"${path}" is no file of a collector: expected "gridflock: collector/1"${gridflock === undefined ? '' : `, got ${JSON.stringify(gridflock).slice(0, 40)}`}`,
      where: path,
      hint: 'Let `gridflock deploy STUDY.yaml --collect --transport URL --out DIR` write one.',
    });
  }
  try {
    const collector = readCollectorFile(file.document);
    checkTransport(collector.transport, 'transport');
    return collector;
  } catch (error) {
    throw error instanceof InputError ? placed(error, file, path) : error;
  }
}

const shownStates: Readonly<Record<CommonResult['status'], string>> = {
  ok: 'agreed',
  infeasible: 'infeasible',
  'not-converged': 'not converged',
  incomplete: 'agreed, as far as is known',
};
const named_max_count = 20;

function collectedText({ title, run, agents }: CollectorFile, result: CommonResult, style: Style): string {
  const { status, reasons, missing, judgement, bound_cur, nets } = result;
  const state = (status === 'ok' ? style.green : style.red)(shownStates[status]);
  const lines = [`${style.bold(title === '' ? run : title)}: ${state}`, ...reasons.map((reason) => `  ${reason}`)];
  lines.push(`${agents.length - missing.length} of ${counted(agents.length, 'agent')} have written`);
  if (missing.length > 0) {
    const more_count = missing.length - named_max_count;
    lines.push(style.red(`Missing: ${missing.slice(0, named_max_count).join(', ')}${more_count > 0 ? ` and ${more_count} more` : ''}`));
  }
  if (nets.length > 0) {
    lines.push('', table(priceColumns, nets.map(priceRow), style));
  }
  const { tolerance, ...seen } = judgement ?? {};
  const facts: [string, string][] = Object.entries({ ...seen, bound_cur }).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, shownNumber(value)]] : [],
  );
  if (tolerance !== undefined) {
    facts.push(['tolerance', `${shownNumber(tolerance.primal_kW)} kW, ${shownNumber(tolerance.dual_cur_per_kWh)} cur/kWh`]);
  }
  if (facts.length > 0) lines.push('', pairs(facts, style));
  return lines.join('\n');
}

const priceColumns = [
  { title: 'net' },
  { title: 'least cur/kWh', right: true },
  { title: 'mean', right: true },
  { title: 'most', right: true },
];

function priceRow({ id, price_cur_per_kWh: prices }: CommonResult['nets'][number]): string[] {
  let [least, most, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const price of prices) {
    least = Math.min(least, price);
    most = Math.max(most, price);
    sum += price;
  }
  return [id, ...[least, sum / prices.length, most].map((price) => shownNumber(price))];
}
