type Counts = ReadonlyMap<string, number>;

/** What several have counted by reason. */
export function joinedCounts(...all: readonly (Counts | undefined)[]): Counts {
  const sum = new Map<string, number>();
  for (const counts of all) for (const [reason, count] of counts ?? []) sum.set(reason, (sum.get(reason) ?? 0) + count);
  return sum;
}
