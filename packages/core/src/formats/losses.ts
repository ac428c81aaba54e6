import type { Loss } from './contract.ts';

/** What a writer could not carry over, gathered by reason so that the report stays short: one loss for all lines that lose the same thing. */
export class Losses {
  private readonly byReason = new Map<string, { readonly kind: string; readonly ids: string[] }>();

  /** @param kind - `line`, `load`: what the element is called in front of its id */
  add(kind: string, id: string, reason: string): void {
    const key = `${kind}\n${reason}`;
    const known = this.byReason.get(key);
    if (known === undefined) this.byReason.set(key, { kind, ids: [id] });
    else known.ids.push(id);
  }

  /** In the order in which the reasons came up. */
  list(): readonly Loss[] {
    return [...this.byReason].map(([key, { kind, ids }]) => ({
      element: `${kind} ${listed(ids)}`,
      reason: key.slice(key.indexOf('\n') + 1),
    }));
  }
}

const shown_count = 8;

function listed(ids: readonly string[]): string {
  const some = ids.slice(0, shown_count).map((id) => JSON.stringify(id));
  return ids.length > shown_count ? `${some.join(', ')} and ${ids.length - shown_count} more` : some.join(', ');
}
