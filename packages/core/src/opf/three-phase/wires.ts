import { CombinationError } from '../../base/errors.ts';
import { type ComplexMatrix, complexMatrix, complexProduct, complexSum, kronReduced } from '../../linalg/complex-dense.ts';
import { lineAdmittance, shuntAdmittance, sourceAdmittance, switchAdmittance } from '../../network/feeder/element-admittance.ts';
import type { Feeder, VoltageSource } from '../../network/feeder/feeder.ts';
import { transformerAdmittance } from '../../network/feeder/transformer-admittance.ts';
import { checkConductors } from './conductor-check.ts';
import { type Bases, type ElementInPhases, elementInPhases, isPhase, keyOf, type Place } from './element-in-phases.ts';
import { type Link, linksOf, placedOn } from './links.ts';
import type { Phasor } from './phasor.ts';
import { largestOf, type TwoPort, twoPortOf } from './two-port.ts';

/** Bus of the voltages behind the impedance of the source. */
export const behindSource = -1;

/**
 * A radial feeder, phase conductor by phase conductor, as a tree of two-ports below its source.
 *
 * Nodes are numbered down the tree: the first `roots_count` have the given voltages of the source.
 */
export interface Wires {
  readonly nodes: readonly Place[];
  readonly roots_count: number;
  /** @shape [roots] @unit per unit */
  readonly rootVoltage: readonly Phasor[];
  /** −1 where nothing supplies it. */
  nodeOf(bus: number, conductor: number): number;
  /** Nodes of each bus, behind the source first. */
  readonly groups: readonly (readonly number[])[];
  readonly groupOf: Int32Array;
  /** Parents first. */
  readonly sections: readonly Section[];
  readonly shunts: readonly NodeShunt[];
  /** What was taken as earthed or held together, in sentences. */
  readonly notes: readonly string[];
}

/** One or several parallel elements from a bus to the buses that they feed. */
export interface Section extends TwoPort {
  readonly id: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** The impedance of the source: its losses are not the feeder's. */
  readonly isSource: boolean;
  /** |E·v_f + F·i| ≤ i_max_pu. @shape E (1·f), F (1·t) */
  readonly ratings: readonly { readonly name: string; readonly i_max_pu: number; readonly E: ComplexMatrix; readonly F: ComplexMatrix }[];
}

/** A constant admittance that is part of the wires: capacitors, charging, magnetising. */
export interface NodeShunt {
  readonly nodes: readonly number[];
  readonly y: ComplexMatrix;
}

/** @throws {CombinationError} OPF_NOT_RADIAL, OPF_SOURCES_COUNT, OPF_CONDUCTOR_NOT_EARTH */
export function buildWires(feeder: Feeder, bases: Bases, hasRatings = true): Wires {
  checkConductors(feeder);
  const source = onlySource(feeder);
  const elements = elementsOf(feeder, bases, hasRatings);
  const { links, shunts } = linksOf(elements);
  const behind = sourceBehind(source, bases);
  if (behind !== undefined) links.push(behind);
  const nodes: Place[] = [];
  const nodeAt = new Map<number, number>();
  const nodeOf = (bus: number, conductor: number): number => nodeAt.get(keyOf({ bus, conductor })) ?? -1;
  const addNode = (place: Place): number => {
    nodeAt.set(keyOf(place), nodes.length);
    return nodes.push(place) - 1;
  };
  const rootBus = behind === undefined ? source.terminal.bus : behindSource;
  const rootVoltage: Phasor[] = [];
  source.terminal.conductors.forEach((conductor, k) => {
    if (!isPhase(conductor)) return;
    addNode({ bus: rootBus, conductor });
    const angle = (source.angle_deg[k] * Math.PI) / 180;
    const v = (source.e_kV[k] * 1000) / bases.v_base_V(source.terminal.bus);
    rootVoltage.push([v * Math.cos(angle), v * Math.sin(angle)]);
  });

  const { sections, sectionShunts } = growTree(feeder, links, rootBus, nodeOf, addNode);
  const known = [...sectionShunts];
  for (const { places, y } of shunts) {
    const kept = places.map((place, k) => [nodeOf(place.bus, place.conductor), k] as const).filter(([node]) => node >= 0);
    if (kept.length > 0)
      known.push({
        nodes: kept.map(([node]) => node),
        y: placedOn(
          y,
          kept.map(([, k]) => k),
        ),
      });
  }
  const byBus = new Map<number, number[]>();
  nodes.forEach(({ bus }, node) => byBus.set(bus, [...(byBus.get(bus) ?? []), node]));
  const groups = [...byBus.values()];
  const groupOf = new Int32Array(nodes.length);
  groups.forEach((own, g) => own.forEach((node) => (groupOf[node] = g)));
  const notes = elements.some(({ hasNeutral }) => hasNeutral)
    ? ['Neutral conductors are taken to be at earth potential at every bus (Kron reduction); the power flow check has them as they are.']
    : [];
  return { nodes, roots_count: rootVoltage.length, rootVoltage, nodeOf, groups, groupOf, sections, shunts: known, notes };
}

function elementsOf(feeder: Feeder, bases: Bases, hasRatings: boolean): ElementInPhases[] {
  const rated = (i_max_A: number | undefined): number | undefined => (hasRatings ? i_max_A : undefined);
  return [
    ...feeder.lines.map((each) => elementInPhases(`line ${each.id}`, lineAdmittance(each), bases, rated(each.i_max_A))),
    ...feeder.switches.map((each) => elementInPhases(`switch ${each.id}`, switchAdmittance(each), bases, rated(each.i_max_A))),
    ...feeder.transformers.map((each) => elementInPhases(`transformer ${each.id}`, transformerAdmittance(each), bases)),
    ...feeder.shunts.map((each) => elementInPhases(`shunt ${each.id}`, shuntAdmittance(each), bases)),
  ];
}

/** @throws {CombinationError} OPF_SOURCES_COUNT */
function onlySource({ name, sources }: Feeder): VoltageSource {
  const live = sources.filter(({ inService }) => inService);
  if (live.length === 1) return live[0];
  throw new CombinationError({
    code: 'OPF_SOURCES_COUNT',
    message: `Three-phase optimal power flow needs exactly one source in service, but feeder "${name}" has ${live.length}`,
    hint: live.length === 0 ? 'Put a source into service.' : 'Keep one; write the others as generators.',
  });
}

/** From the given voltages to the terminal; undefined for an ideal source. */
function sourceBehind(source: VoltageSource, bases: Bases): Link | undefined {
  const admittance = sourceAdmittance(source);
  if (admittance === undefined) return undefined;
  const { places, y } = elementInPhases(`source ${source.id}`, admittance, bases);
  if (largestOf(y) * IDEAL_PU > 1) return undefined;
  const n = places.length;
  const both = complexMatrix(2 * n);
  for (const [row, col, sign] of [
    [0, 0, 1],
    [0, n, -1],
    [n, 0, -1],
    [n, n, 1],
  ]) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        both.re[(row + i) * 2 * n + col + j] = sign * y.re[i * n + j];
        both.im[(row + i) * 2 * n + col + j] = sign * y.im[i * n + j];
      }
    }
  }
  const behind = places.map(({ conductor }) => ({ bus: behindSource, conductor }));
  return { ids: [`source ${source.id}`], places: [...behind, ...places], y: both, ratings: [] };
}

/** A source whose impedance is below this is ideal: no voltage would tell. */
const IDEAL_PU = 1e-6;

/**
 * Breadth first from the root: every link leads to buses that nothing fed before.
 * @throws {CombinationError} OPF_NOT_RADIAL
 */
function growTree(
  feeder: Feeder,
  links: readonly Link[],
  rootBus: number,
  nodeOf: (bus: number, conductor: number) => number,
  addNode: (place: Place) => number,
): { sections: Section[]; sectionShunts: NodeShunt[] } {
  const linksAt = new Map<number, Link[]>();
  for (const link of links) {
    for (const bus of new Set(link.places.map((place) => place.bus))) linksAt.set(bus, [...(linksAt.get(bus) ?? []), link]);
  }
  const used = new Set<Link>();
  const fed = new Set<number>([rootBus]);
  const sections: Section[] = [];
  const sectionShunts: NodeShunt[] = [];
  for (const bus of fed) {
    for (const link of linksAt.get(bus) ?? []) {
      if (used.has(link)) continue;
      used.add(link);
      const others = new Set(link.places.map((place) => place.bus).filter((other) => other !== bus));
      for (const other of others) {
        if (fed.has(other)) throw notRadial(feeder, link);
        fed.add(other);
      }
      const { ordered, n_f, y: seen } = seenFrom(link, bus, nodeOf);
      if (ordered.length === n_f) continue;
      const port = twoPortOf(seen, n_f);
      const from = ordered.slice(0, n_f).map((place) => nodeOf(place.bus, place.conductor));
      const to = ordered.slice(n_f).map(addNode);
      if (largestOf(port.Y) > 0) sectionShunts.push({ nodes: from, y: port.Y });
      sections.push({
        ...port,
        id: link.ids.join(' and '),
        from,
        to,
        isSource: bus === behindSource,
        ratings: link.ratings.flatMap(({ element, at, i_max_pu, y, places }) => {
          if (!ordered.some((place) => keyOf(place) === keyOf(at))) return [];
          const own = (part: readonly Place[]): ComplexMatrix =>
            placedOn(
              y,
              part.map((place) => places.findIndex((p) => keyOf(p) === keyOf(place))),
              [0],
            );
          const [yf, yt] = [own(ordered.slice(0, n_f)), own(ordered.slice(n_f))];
          const F = complexProduct(yt, port.Z);
          const name = `rating of ${element} at bus ${feeder.buses[at.bus].id}, conductor ${at.conductor}`;
          return [{ name, i_max_pu, E: complexSum(1, yf, 1, complexProduct(yt, port.C)), F: complexSum(-1, F, 0, F) }];
        }),
      });
    }
  }
  return { sections, sectionShunts };
}

/** Couplings below this part of the largest are rounding. */
const COUPLED_FRAC = 1e-9;

/**
 * The link with the conductors that feed it first; those of the feeding bus that nothing supplies are open and eliminated, and what is then coupled to no
 * feeding conductor is left out.
 */
function seenFrom(link: Link, bus: number, nodeOf: Wires['nodeOf']): { ordered: Place[]; n_f: number; y: ComplexMatrix } {
  const feeding = link.places.filter((place) => place.bus === bus && nodeOf(bus, place.conductor) >= 0);
  const fed = link.places.filter((place) => place.bus !== bus);
  const open = link.places.filter((place) => place.bus === bus && nodeOf(bus, place.conductor) < 0);
  const all = [...feeding, ...fed, ...open];
  const kept = feeding.length + fed.length;
  const y = kronReduced(
    placedOn(
      link.y,
      all.map((place) => link.places.indexOf(place)),
    ),
    kept,
  );
  const least = COUPLED_FRAC * largestOf(y);
  const reached = new Set<number>(feeding.keys());
  for (const i of reached) {
    for (let j = feeding.length; j < kept; j++) {
      if (Math.hypot(y.re[i * kept + j], y.im[i * kept + j]) > least) reached.add(j);
    }
  }
  const positions = [...reached].sort((i, j) => i - j);
  return { ordered: positions.map((k) => all[k]), n_f: feeding.length, y: placedOn(y, positions) };
}

function notRadial(feeder: Feeder, link: Link): CombinationError {
  return new CombinationError({
    code: 'OPF_NOT_RADIAL',
    message: `Three-phase optimal power flow needs a radial feeder, but "${feeder.name}" has a loop through ${link.ids.join(' and ')}`,
    where: '--formulation',
    hint: 'Open a switch of the loop, or use --formulation ac or soc, which take the balanced equivalent.',
  });
}
