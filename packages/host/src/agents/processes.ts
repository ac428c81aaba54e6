import type { SplitAgent, SplitStudy } from '@gridflock/core';
import { Document, isScalar, isSeq, visit } from 'yaml';

/** The agents that one process holds, and the folder of what it must know. */
export interface PlannedProcess {
  readonly folder: string;
  readonly agents: readonly SplitAgent[];
}

/**
 * Deals agents out to processes: one for every owner of devices, or so many gateways that each hold several owners' agents; one each
 * for the feeder, the nets and the convener.
 * @param gateways_count - 0: every owner has a process of his own
 */
export function planProcesses({ agents }: SplitStudy, gateways_count: number): PlannedProcess[] {
  const parties = new Map<string, SplitAgent[]>();
  for (const agent of agents) parties.set(agent.party, [...(parties.get(agent.party) ?? []), agent]);
  const isOwners = (held: readonly SplitAgent[]): boolean => held.every((agent) => agent.isOwners);
  const owners = [...parties].filter(([, held]) => isOwners(held));
  const others = [...parties].filter(([, held]) => !isOwners(held));
  const gateways = Array.from({ length: Math.min(gateways_count, owners.length) }, (_, g): [string, SplitAgent[]] => [
    `gateway-${g + 1}`,
    owners.filter((__, k) => k % gateways_count === g).flatMap(([, held]) => held),
  ]);
  const taken = new Set<string>();
  return [...(gateways_count > 0 ? gateways : owners), ...others].map(([party, held]) => ({
    folder: folderOf(party, taken),
    agents: held,
  }));
}

/** A name of letters, digits and dashes that no other folder has. */
function folderOf(party: string, taken: Set<string>): string {
  const plain =
    party
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'owner';
  let name = plain;
  for (let k = 2; taken.has(name); k++) name = `${plain}-${k}`;
  taken.add(name);
  return name;
}

/** The file of a process, as YAML: lists of numbers stand in one line. */
export function agentsFileText(
  { common }: SplitStudy,
  live: { readonly run: string; readonly transport: string; readonly reportsTo?: string },
  { agents }: PlannedProcess,
): string {
  const { gridflock, study, ...rest } = common;
  const document = new Document({ gridflock, study, ...live, ...rest, agents: agents.map(({ entry }) => entry) });
  document.commentBefore = ` ${agents.map(({ id }) => id).join(', ')}: what these agents must know, and nothing of anybody else.
 Whoever may read this file knows all of it: it belongs to the owner alone.
 Run them:  gridflock agent agents.yaml --state state --out result`;
  visit(document, {
    Seq(_, sequence) {
      if (isSeq(sequence) && sequence.items.every((item) => isScalar(item))) sequence.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** The name under which letters are left for who puts the common result together. */
export const collectorId = 'collector';

/** The file of who puts the common result together: what it must know is who is to write, and where. */
export function collectorFileText({ common, agents }: SplitStudy, live: { readonly run: string; readonly transport: string }): string {
  const document = new Document({
    gridflock: 'collector/1',
    ...live,
    title: common['title'],
    collector: collectorId,
    agents: agents.map(({ id }) => id),
  });
  document.commentBefore = ` Whose letters make the common result of the run.
 Take them, before, during or after it:  gridflock collect collector.yaml --out result`;
  return document.toString({ lineWidth: 0 });
}
