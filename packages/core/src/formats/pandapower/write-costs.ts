import type { Case, Generator } from '../../network/network.ts';
import type { TableName } from './columns.ts';
import type { Values, Writing } from './writing.ts';

const owners = ['gen', 'sgen', 'asymmetric_sgen', 'ext_grid'] as const satisfies readonly TableName[];

/** Costs of the balanced operating point, for what has a row: a polynomial up to the square, or slopes between powers. */
export function writeCosts(writing: Writing, { operatingPoint: point, network }: Case): void {
  for (const generator of point.generators) {
    if (generator.cost === undefined) continue;
    const owner =
      ownerOf(writing, generator) ?? slackOf(writing, generator, point.slacks.includes(generator.bus), network.buses[generator.bus].id);
    const cost = costOf(generator);
    if (owner === undefined || cost === undefined) {
      writing.losses.add(
        'cost of generator',
        generator.id,
        owner === undefined ? 'nothing is written that could have it' : 'a polynomial above the square has no place',
      );
      continue;
    }
    const { table, index } = owner;
    const rows = writing.tables.get(table) ?? [];
    const limit = (value_kW: number): number | null => (Number.isFinite(value_kW) ? value_kW / 1000 : null);
    const limits: Values = {
      ...{ min_p_mw: limit(generator.p_min_kW), max_p_mw: limit(generator.p_max_kW) },
      ...(table === 'ext_grid'
        ? { min_q_mvar: limit(generator.q_min_kvar), max_q_mvar: limit(generator.q_max_kvar) }
        : { controllable: true }),
    };
    rows[index] = { ...rows[index], ...limits };
    writing.add(cost.table, generator.id, { element: index, et: table, ...cost.values });
  }
}

interface Owner {
  readonly table: TableName;
  readonly index: number;
}

function ownerOf(writing: Writing, { id }: Generator): Owner | undefined {
  for (const table of owners) {
    const index = writing.indexOf(table, id);
    if (index !== undefined) return { table, index };
  }
  return undefined;
}

/** The machine at a slack is the external grid there. */
function slackOf(writing: Writing, generator: Generator, isSlack: boolean, bus: string): Owner | undefined {
  const place = writing.indexOf('bus', bus);
  const index = (writing.tables.get('ext_grid') ?? []).findIndex((row) => row['bus'] === place);
  return isSlack && generator.holdsVoltage && index >= 0 ? { table: 'ext_grid', index } : undefined;
}

function costOf({ cost }: Generator): { readonly table: 'poly_cost' | 'pwl_cost'; readonly values: Values } | undefined {
  if (cost?.kind === 'polynomial') {
    const [c0 = 0, c1 = 0, c2 = 0, ...higher] = [...cost.coefficients].reverse();
    if (higher.some((c) => c !== 0)) return undefined;
    return {
      table: 'poly_cost',
      values: { cp0_eur: c0, cp1_eur_per_mw: c1 * 1e3, cp2_eur_per_mw2: c2 * 1e6, cq0_eur: 0, cq1_eur_per_mvar: 0, cq2_eur_per_mvar2: 0 },
    };
  }
  if (cost === undefined) return undefined;
  const { p_kW, cost_cur_per_h } = cost;
  const points = p_kW
    .slice(1)
    .map((p, k) => [p_kW[k] / 1000, p / 1000, ((cost_cur_per_h[k + 1] - cost_cur_per_h[k]) / (p - p_kW[k])) * 1000]);
  return { table: 'pwl_cost', values: { power_type: 'p', points } };
}
