/** What the reader looks at: one step, one plan, one bus. Every view listens to it; drawing happens once a frame. */
export interface View {
  /** Step under the cursor. */
  step: number;
  /** Step to which the cursor returns when the pointer leaves. */
  pinned: number;
  plan: number;
  bus: number;
  /** Device pointed at in a legend, −1 for none. */
  device: number;
  playing: boolean;
  /** Counts what needs every chart drawn anew: width, theme. */
  drawing: number;
}

export type ViewKey = keyof View;

export interface Store {
  readonly view: Readonly<View>;
  change(part: Partial<View>): void;
  /** Calls `listener` at the next frame after one of `keys` changed. */
  on(keys: readonly ViewKey[], listener: () => void): void;
}

export function createStore(start: View): Store {
  const view: View = { ...start };
  const listeners: { keys: readonly ViewKey[]; listener: () => void }[] = [];
  let changed = new Set<ViewKey>();
  const flush = (): void => {
    const keys = changed;
    changed = new Set();
    for (const entry of listeners) if (entry.keys.some((key) => keys.has(key))) entry.listener();
  };
  return {
    view,
    change(part) {
      const idle = changed.size === 0;
      for (const key of Object.keys(part) as ViewKey[]) {
        const value = part[key];
        if (value === undefined || view[key] === value) continue;
        Object.assign(view, { [key]: value });
        changed.add(key);
      }
      if (idle && changed.size > 0) requestAnimationFrame(flush);
    },
    on(keys, listener) {
      listeners.push({ keys, listener });
    },
  };
}
