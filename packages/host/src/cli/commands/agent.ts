import { basename, resolve } from 'node:path';
import { type CastGroup, catalog, InputError } from '@gridflock/core';
import { type ProcessEnding, runProcess } from '../../agents/agent-process.ts';
import { leaveResults } from '../../agents/result-letters.ts';
import { type SnapshotCost, SnapshotStore } from '../../agents/snapshot-store.ts';
import { readInputFile, sha256Of } from '../../files/input-file.ts';
import { readStudyFile } from '../../files/study-file.ts';
import { withEnrolledLimits } from '../../identity/enrolled-limits.ts';
import { type Identity, openIdentity } from '../../identity/identity.ts';
import { nodeCrypto } from '../../privacy/node-crypto.ts';
import type { PresenceChange } from '../../transports/attendance.ts';
import type { Mailbox } from '../../transports/contract.ts';
import type { LiveReport } from '../../transports/live.ts';
import { checkTransport, connectBroker, openMailbox } from '../../transports/open-transport.ts';
import type { Action, CommandContext } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { kindOf, placed } from '../study-source.ts';
import { pairs, type Style, shownNumber, table } from '../text.ts';

/** Runs the agents of one file as a process on a broker. */
export const agent: Action = async (context, [path = '']) => {
  const { style, version, stop } = context;
  const started_ms = performance.now();
  const { text } = await readInputFile(path);
  const identityFile = context.options['identity'];
  const identity = typeof identityFile === 'string' ? await openIdentity(identityFile, (note) => context.note(note)) : undefined;
  const group = await groupIn(text, path, identity);
  const { reportsTo } = group.live;
  const store = openStore(context, group, text);
  const resumed = store?.agents ?? [];
  let ending: ProcessEnding;
  let cost: SnapshotCost | undefined;
  let agents: ReturnType<CastGroup['results']>;
  let unposted: string | undefined;
  let mailbox: Mailbox | undefined;
  try {
    // now, so that a broker that keeps no letters is found out before the work is done
    if (reportsTo !== undefined) mailbox = await openMailbox(group.live.transport, identity?.security);
    if (resumed.length > 0) context.note(`going on from the snapshots of ${resumed.join(', ')}`);
    const connection = await connectBroker(group.live.transport, identity?.security);
    try {
      ending = await runProcess(group, connection, {
        store,
        seal: identity?.sealFor(group.live.run),
        onPresence: (change) => context.note(presenceText(change)),
        async breathe() {
          stop.check();
          context.progress.report(group.progress);
        },
      });
    } finally {
      await connection.close();
    }
    agents = group.results();
    if (mailbox !== undefined && reportsTo !== undefined) {
      unposted = await leaveResults(mailbox, group, ending, {
        reportsTo,
        patience_s: group.live.silence_s,
        seal: identity?.notaryFor(group.live.run),
      });
    }
  } finally {
    await mailbox?.close();
    cost = store?.cost;
    store?.close();
    identity?.close();
  }
  const { status, reason, report } = ending;
  const result = {
    status,
    ...(reason === undefined ? {} : { reason }),
    title: group.title,
    run: group.live.run,
    agents,
    provenance: { version, inputs: [{ path: basename(path), sha256: sha256Of(text) }] },
  };
  const document = {
    ...result,
    ...(report === undefined ? {} : { transport: trafficOf(report) }),
    ...(reportsTo === undefined ? {} : { letters: { to: reportsTo, ...(unposted === undefined ? {} : { unposted }) } }),
    ...(cost === undefined ? {} : { snapshots: { ...cost, resumed } }),
    time_ms: Math.round(performance.now() - started_ms),
  };
  if (report !== undefined && report.unconfirmed.length > 0) {
    context.note(`done, but it is not known of ${report.unconfirmed.join(', ')} that they are done too`);
  }
  if (unposted !== undefined) context.note(`the letter for ${reportsTo} could not be left: ${unposted}`);
  return {
    document,
    text: agentText(result, style),
    status: status === 'ok' && unposted === undefined ? 0 : 1,
    files: [{ name: 'result.json', content: jsonPieces({ ...result, ...(report === undefined ? {} : { transport: trafficOf(report) }) }) }],
  };
};

async function groupIn(text: string, path: string, identity: Identity | undefined): Promise<CastGroup> {
  const file = readStudyFile(text, path);
  const kind = kindOf(file, path);
  const { deployment } = catalog.studies.find((study) => study.kind === kind) ?? {};
  const { gridflock } = file.document;
  if (deployment === undefined || typeof gridflock !== 'string' || !gridflock.startsWith('agents/')) {
    throw new InputError({
      code: 'AGENTS_FILE_EXPECTED',
      message: `"${path}" is no file of agents: expected "gridflock: agents/1"${gridflock === undefined ? '' : `, got ${JSON.stringify(gridflock).slice(0, 40)}`}`,
      where: path,
      hint: 'Let `gridflock deploy STUDY.yaml --transport URL --out DIR` write one; `gridflock run` runs a whole study.',
    });
  }
  try {
    const document = identity === undefined ? file.document : withEnrolledLimits(file.document, identity.register.enrolment);
    const { run } = document as { run?: unknown };
    const notary = typeof run === 'string' ? identity?.notaryFor(run) : undefined;
    const group = await deployment.cast(document, catalog, { crypto: nodeCrypto, notary });
    checkTransport(group.live.transport, 'transport');
    return group;
  } catch (error) {
    throw error instanceof InputError ? placed(error, file, path) : error;
  }
}

function openStore({ options }: CommandContext, { live, mustNotForget }: CastGroup, text: string): SnapshotStore | undefined {
  const { state } = options;
  if (typeof state !== 'string') return undefined;
  return new SnapshotStore(resolve(state), { owner: `run ${live.run}, configuration ${sha256Of(text)}`, fsync: mustNotForget || options['fsync'] === true });
}

const changeText: Readonly<Record<PresenceChange['state'], string>> = {
  here: 'is here',
  silent: 'has gone silent',
  back: 'is back',
  done: 'is done',
  left: 'has left before the end',
};

const presenceText = ({ agent: id, state }: PresenceChange): string => `"${id}" ${changeText[state]}`;

function trafficOf({ sent_count, heard_count, lost_count, losses_count, dropped, unconfirmed }: LiveReport): object {
  return { sent_count, heard_count, lost_count, losses_count, dropped: Object.fromEntries(dropped), unconfirmed };
}

interface AgentResult {
  readonly status: ProcessEnding['status'];
  readonly reason?: string;
  readonly title: string;
  readonly agents: readonly Readonly<Record<string, unknown>>[];
}

function agentText({ status, reason, title, agents }: AgentResult, style: Style): string {
  const state = status === 'ok' ? style.green('agreed') : style.red(status === 'infeasible' ? 'infeasible' : 'not converged');
  const number = (value: unknown): string => (typeof value === 'number' ? shownNumber(value) : '');
  const lines = [`${style.bold(title)}: ${state}${reason === undefined ? '' : `: ${reason}`}`, ''];
  lines.push(
    table(
      [{ title: 'agent' }, { title: 'as' }, { title: 'nets' }, { title: 'own cost', right: true }, { title: 'received', right: true }],
      agents.map((one) => [
        String(one['agent']),
        String(one['kind'] ?? one['as']),
        netsText(one['nets']),
        number(one['own_cur']),
        number(one['received_cur']),
      ]),
      style,
    ),
  );
  const judge = agents.find((one) => typeof one['rounds_count'] === 'number');
  if (judge !== undefined) {
    lines.push(
      '',
      pairs(
        ['rounds_count', 'primalResidual_kW', 'dualResidual_cur_per_kWh'].map((name) => [name, number(judge[name])] as const),
        style,
      ),
    );
  }
  return lines.join('\n');
}

function netsText(nets: unknown): string {
  const ids = Array.isArray(nets) ? nets.map((each: { net?: unknown }) => String(each.net)) : [];
  return ids.length <= 3 ? ids.join(', ') : `${ids.slice(0, 2).join(', ')} and ${ids.length - 2} more`;
}
