import { type Style, shownNumber, table } from './text.ts';

/** What agents may know at the end, of which a table has what is there. */
const columns = [
  { key: 'nets', title: 'nets' },
  { key: 'own_cur', title: 'own cost' },
  { key: 'received_cur', title: 'received' },
  { key: 'reached_s', title: 'reached, s' },
  { key: 'measurements_count', title: 'measurements' },
  { key: 'acts_count', title: 'acts' },
  { key: 'takeovers_count', title: 'takeovers' },
  { key: 'fallbacks_count', title: 'back to droop' },
  { key: 'overruns_count', title: 'overruns' },
  { key: 'late_max_s', title: 'latest, s' },
] as const;

/** A line per agent with what it knows at the end. */
export function agentTable(agents: readonly Readonly<Record<string, unknown>>[], style: Style): string {
  const shown = columns.filter(({ key }) => agents.some((one) => one[key] !== undefined));
  return table(
    [{ title: 'agent' }, { title: 'as' }, ...shown.map(({ title, key }) => ({ title, right: key !== 'nets' }))],
    agents.map((one) => [
      String(one['agent']),
      String(one['kind'] ?? one['as']),
      ...shown.map(({ key }) => (key === 'nets' ? netsText(one[key]) : numberText(one[key]))),
    ]),
    style,
  );
}

/** Empty where there is none. */
export const numberText = (value: unknown): string => (typeof value === 'number' ? shownNumber(value) : '');

function netsText(nets: unknown): string {
  const ids = Array.isArray(nets) ? nets.map((each: { net?: unknown }) => String(each.net)) : [];
  return ids.length <= 3 ? ids.join(', ') : `${ids.slice(0, 2).join(', ')} and ${ids.length - 2} more`;
}
