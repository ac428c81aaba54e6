import type { FeederList } from '../../../network/feeder/build.ts';
import type { Feeder, Terminal } from '../../../network/feeder/feeder.ts';
import type { FeederDraft } from './draft.ts';

type Lists = Omit<Feeder, 'name' | 'frequency_Hz' | 'source'>;

/**
 * The lists of the feeder with buses in the order in which the lists name them: sources, lines, switches, transformers, shunts, consumers.
 * So the order does not depend on how a script sorts its elements, and a script that is written from a feeder is read as the same feeder.
 */
export function inOrderOfLists(draft: FeederDraft): { parts: Lists; elements: (list: FeederList, index: number) => string | undefined } {
  const placeOf = new Map<number, number>();
  const see = (bus: number): number => {
    const known = placeOf.get(bus);
    if (known !== undefined) return known;
    placeOf.set(bus, placeOf.size);
    return placeOf.size - 1;
  };
  const moved = ({ bus, conductors }: Terminal): Terminal => ({ bus: see(bus), conductors });
  const atOne = <T extends { readonly terminal: Terminal }>(list: readonly T[]): T[] => list.map((x) => ({ ...x, terminal: moved(x.terminal) }));
  const atTwo = <T extends { readonly from: Terminal; readonly to: Terminal }>(list: readonly T[]): T[] =>
    list.map((x) => ({ ...x, from: moved(x.from), to: moved(x.to) }));
  const wires = {
    sources: atOne(draft.sources),
    lines: atTwo(draft.lines),
    switches: atTwo(draft.switches),
    transformers: draft.transformers.map((x) => ({ ...x, windings: atOne(x.windings) })),
    shunts: atOne(draft.shunts),
    loads: atOne(draft.loads),
    generators: atOne(draft.generators),
    inverters: atOne(draft.inverters),
  };
  const parts: Lists = {
    ...wires,
    regulators: draft.regulators.map((x) => (x.remote === undefined ? x : { ...x, remote: { ...x.remote, bus: see(x.remote.bus) } })),
    capacitorControls: draft.capacitorControls,
    inverterControls: draft.inverterControls.map((x) => (x.remoteBuses === undefined ? x : { ...x, remoteBuses: x.remoteBuses.map(see) })),
    profiles: draft.profiles,
    buses: [...placeOf.keys()].map((bus) => draft.buses[bus]),
  };
  return { parts, elements: (list, index) => parts[list][index]?.id };
}
