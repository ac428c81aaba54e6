import { timeGrid } from '../../base/time-grid.ts';
import { catalog } from '../../catalog.ts';
import { readParams } from '../../devices/params.ts';
import { type Declaration, declaration } from '../../problem/declare.ts';

export const grid = timeGrid({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60, steps_count: 24 });

export const lawOf = (name: string, changes: Readonly<Record<string, unknown>> = {}): Declaration | undefined => {
  const kind = catalog.devices.find((one) => one.kind === name);
  if (!kind) return undefined;
  const values = readParams(kind, { ...kind.example, ...changes }, { grid, profiles: new Map(), where: name });
  return declaration(grid, (m) => kind.declare(m, values));
};

const chiller = { cools: true, t_min_degC: 2, t_max_degC: 8, t_start_degC: 5, t_ambient_degC: 22, loss_kW_per_K: 0.02, p_draw_kW: 0 };
const commuter = { feedsBack: false, everyDay: true, arrivesAt: '06:00', leavesAt: '12:00', e_needed_kWh: 500 };

/** Kinds whose laws have no closed form: why, for those that programs follow, and what is said of those that cannot be followed at all. */
export const withoutClosedForm: ReadonlyMap<string, { readonly because: string } | { readonly refused: string }> = new Map([
  ['priced-load', { refused: 'whole choices' }],
  ['shiftable-load', { because: 'a row binds a hidden input' }],
  ['supercapacitor', { refused: 'neither an interval nor convex' }],
]);

/** Every other kind by its example, and where that leaves a branch of a law out, a variant; of kinds that the catalogue has. */
export const laws = new Map<string, Declaration>(
  [
    ...catalog.devices.flatMap(({ kind }) => (withoutClosedForm.has(kind) ? [] : [[kind, lawOf(kind)] as const])),
    ['ev that only charges', lawOf('ev', { feedsBack: false })] as const,
    ['ev every day', lawOf('ev', commuter)] as const,
    ['run of river', lawOf('hydro', { e_max_kWh: 0, e_start_kWh: 0, e_end_min_kWh: 0 })] as const,
    ['fridge', lawOf('thermostatic-load', chiller)] as const,
  ].flatMap(([name, declared]) => (declared ? [[name, declared] as const] : [])),
);

/** As cosine and sine. */
export const directions = [0, 0.4, 1.2, Math.PI / 2, 2, Math.PI, 4, 5].map((angle) => [Math.cos(angle), Math.sin(angle)] as const);
