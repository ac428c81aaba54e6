import type { NegotiateResult, PlanResult, PrivacyFacts } from '@gridflock/core';
import { counted, type Style, shownNumber, table } from './text.ts';

const ownersShown = 20;

/** The three plans side by side, and who gained what. */
export function negotiateText(result: NegotiateResult, style: Style): string {
  const { plans, currency, negotiation, time } = result;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const rows: readonly (readonly [string, (plan: PlanResult) => string])[] = [
    [`cost, ${currency}`, (plan) => money(plan.cost_cur)],
    ['losses, kWh', (plan) => shownNumber(sum(plan.ac.loss_kW) * time.dt_h, 5)],
    ['lowest voltage, pu', (plan) => `${plan.ac.v_min_pu.toFixed(4)} at ${plan.ac.v_min_bus}`],
    ['highest voltage, pu', (plan) => `${plan.ac.v_max_pu.toFixed(4)} at ${plan.ac.v_max_bus}`],
    ['outside voltage limits', (plan) => violationsText(plan)],
    ...(plans.some(({ ac }) => ac.loading_max_frac !== undefined) ? [['fullest branch', loadingText] as const] : []),
    ['peak import, kW', (plan) => shownNumber(highest(plan.ac.p_import_kW), 5)],
    ['AC check', (plan) => (plan.ac.converged ? 'solved' : 'not solved')],
  ];
  const faults: Readonly<Record<string, (plan: PlanResult) => boolean>> = {
    'outside voltage limits': ({ ac }) => ac.violations_count > 0,
    'fullest branch': ({ ac }) => ac.overloads_count > 0,
    'AC check': ({ ac }) => !ac.converged,
  };
  const bad = (plan: PlanResult | undefined, row: number): boolean => plan !== undefined && (faults[rows[row]?.[0] ?? '']?.(plan) ?? false);
  const lines = [
    table(
      [{ title: '' }, ...plans.map((plan) => ({ title: plan.name, right: true }))],
      rows.map(([title, show]) => [title, ...plans.map(show)]),
      style,
      (cell, row, column) => (column > 0 && bad(plans[column - 1], row) ? style.red(cell) : cell),
    ),
    '',
    `${negotiation.converged ? 'Agreed' : style.red('Not agreed')} after ${counted(negotiation.rounds_count, 'round')}, ${counted(negotiation.messages_count, 'message')}, ${shownNumber(negotiation.bytes_count / 1000, 4)} kB${negotiation.lost_count > 0 ? `, ${negotiation.lost_count} lost` : ''} (${negotiation.scheme}, ${negotiation.transport})`,
  ];
  if (negotiation.privacy) lines.push(...privacyLines(negotiation.privacy, style));
  for (const each of (negotiation.conflict ?? []).slice(0, 5)) {
    const agents = each.agents.join(', ');
    const when = result.time.steps[each.step] ?? `step ${each.step}`;
    const text =
      each.net === ''
        ? `${agents} has no feasible plan of its own`
        : `conflict at bus ${each.net}, ${when}: ${shownNumber(each.imbalance_kW, 4)} kW between ${agents}`;
    lines.push(style.red(`  ${text}`));
  }
  if (result.owners.length === 0) return [...lines, '', 'No prices were agreed, so nothing is settled.'].join('\n');
  const owners = [...result.owners].sort((a, b) => b.gain_cur - a.gain_cur || (a.owner < b.owner ? -1 : 1));
  lines.push(
    '',
    table(
      [
        { title: 'owner' },
        { title: `alone, ${currency}`, right: true },
        { title: 'negotiated', right: true },
        { title: 'gain', right: true },
        { title: 'devices' },
      ],
      owners
        .slice(0, ownersShown)
        .map((each) => [each.owner, money(each.alone_cur), money(each.negotiated_cur), money(each.gain_cur), each.devices.join(', ')]),
      style,
    ),
  );
  if (owners.length > ownersShown) lines.push(style.dim(`and ${owners.length - ownersShown} more`));
  return lines.join('\n');
}

/** How agents' words were hidden, whom that trusts, what is seen all the same, and what it cost. */
function privacyLines({ title, trusted, learns, figures }: PrivacyFacts, style: Style): string[] {
  const epsilon = figures['privacy_epsilon'];
  const owner = figures['privacy_owner_epsilon'];
  const spent =
    epsilon === undefined || owner === undefined || owner - epsilon < 1e-6 * owner
      ? ''
      : `; ε = ${shownNumber(owner, 3)} for an owner of several devices`;
  const noise = figures['privacy_noise_max_kW'];
  return [
    `Privacy: ${title}${spent}`,
    style.dim(`  trusted: ${trusted}`),
    style.dim(`  learned: ${learns}`),
    style.dim(
      `  cost: ${shownNumber((figures['privacy_extra_bytes_count'] ?? 0) / 1000, 4)} kB more than in the open${noise === undefined ? '' : `, noise of ${shownNumber(noise, 3)} kW in each sum`}; at least ${counted(figures['privacy_owners_min_count'] ?? 0, 'owner')} at a bus`,
    ),
  ];
}

/** Two decimals, and no minus before a zero. */
const money = (value: number): string => value.toFixed(2).replace(/^-(0\.00)$/, '$1');

const violationsText = ({ ac }: PlanResult): string =>
  ac.violations_count === 0 ? 'never' : `${counted(ac.violations_count, 'bus-step')}, by ${shownNumber(ac.v_violation_max_pu, 2)} pu`;

const loadingText = ({ ac }: PlanResult): string =>
  ac.loading_max_frac === undefined
    ? ''
    : `${(100 * ac.loading_max_frac).toFixed(0)} % in ${ac.loading_max_branch}${ac.overloads_count > 0 ? `, ${counted(ac.overloads_count, 'overload')}` : ''}`;

const highest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
