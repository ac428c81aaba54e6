/** Texts that were changed and not saved, kept while the page is open: whoever looks at something else in between finds them again. */
export interface Draft {
  readonly name: string;
  readonly text: string;
  /** Version of the study that was changed. */
  readonly version: number;
}

const drafts = new Map<string, Draft>();

export const draftOf = (study: string): Draft | undefined => drafts.get(study);

export function keepDraft(study: string, draft: Draft | undefined): void {
  if (draft === undefined) drafts.delete(study);
  else drafts.set(study, draft);
}

/** The browser asks before it throws away what was not saved. */
export function guardDrafts(): void {
  addEventListener('beforeunload', (event) => {
    if (drafts.size > 0) event.preventDefault();
  });
}
