/** What the reader of a simulation looks at: a window of time, a cursor, which lines, another run beside it. Drawing happens once a frame. */
import type { SimulateResult } from '@gridflock/core';

/** The part of a result that the page needs, as it is embedded. */
export type ScopeData = Pick<SimulateResult, 'title' | 'plant' | 'time_s' | 'quantities' | 'events' | 'agents' | 'groups' | 'analysis'>;

/** Of another result: enough to draw its lines. */
export type OtherRun = Pick<SimulateResult, 'title' | 'time_s' | 'quantities'>;

export interface ScopeView {
  from_s: number;
  to_s: number;
  /** Time under the cursor; undefined when the pointer is elsewhere. */
  cursor_s: number | undefined;
  /** Being dragged over. */
  drag: readonly [from_s: number, to_s: number] | undefined;
  /** Parts whose lines are hidden. */
  hidden: ReadonlySet<string>;
  /** Part pointed at. */
  raised: string | undefined;
  other: OtherRun | undefined;
  /** Counts what needs everything drawn anew: width, theme. */
  drawing: number;
}

export interface ScopeStore {
  readonly view: Readonly<ScopeView>;
  change(part: Partial<ScopeView>): void;
  on(keys: readonly (keyof ScopeView)[], listener: () => void): void;
}

export function createScopeStore(start: ScopeView): ScopeStore {
  const view: ScopeView = { ...start };
  const listeners: { keys: readonly (keyof ScopeView)[]; listener: () => void }[] = [];
  let changed = new Set<keyof ScopeView>();
  const flush = (): void => {
    const keys = changed;
    changed = new Set();
    for (const { keys: wanted, listener } of listeners) if (wanted.some((key) => keys.has(key))) listener();
  };
  return {
    view,
    change(part) {
      const idle = changed.size === 0;
      for (const key of Object.keys(part) as (keyof ScopeView)[]) {
        if (view[key] === part[key]) continue;
        Object.assign(view, { [key]: part[key] });
        changed.add(key);
      }
      if (idle && changed.size > 0) requestAnimationFrame(flush);
    },
    on(keys, listener) {
      listeners.push({ keys, listener });
    },
  };
}
