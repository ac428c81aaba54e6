/**
 * A tidy one-line drawing of a feeder: the trunk (longest path from the slack) on the middle lane, laterals alternately
 * above and below it, each as near to the trunk as it fits. A lateral begins straight above or below its bus; where
 * something is in the way it begins one column on, and its riser runs between two columns. Pure.
 */
export interface LayoutEdge {
  readonly from: number;
  readonly to: number;
  readonly inService: boolean;
}

export interface Place {
  readonly column: number;
  /** 0 is the trunk, negative lanes are above. */
  readonly lane: number;
  readonly supplied: boolean;
  /** Its riser runs between two columns. */
  readonly aside: boolean;
}

export interface FeederLayout {
  readonly columns: number;
  readonly laneMin: number;
  readonly laneMax: number;
  /** Per bus. */
  readonly places: readonly Place[];
  /** Per bus: the bus that feeds it, −1 for the slack and for islands. */
  readonly parents: readonly number[];
  /** Per edge: part of the tree that the drawing follows. */
  readonly inTree: readonly boolean[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export function layOutFeeder(busCount: number, edges: readonly LayoutEdge[], slack: number): FeederLayout {
  const parents = new Array<number>(busCount).fill(-1);
  const places = Array.from({ length: busCount }, () => ({ column: 0, lane: 0, supplied: false, aside: false }));
  const inTree = new Array<boolean>(edges.length).fill(false);
  const neighbours: { bus: number; edge: number }[][] = Array.from({ length: busCount }, () => []);
  edges.forEach(({ from, to, inService }, edge) => {
    if (!inService || from < 0 || to < 0 || from === to) return;
    neighbours[from]?.push({ bus: to, edge });
    neighbours[to]?.push({ bus: from, edge });
  });

  // breadth first: each bus at its smallest number of branches from the slack
  const children: number[][] = Array.from({ length: busCount }, () => []);
  const order: number[] = [];
  if (slack >= 0 && slack < busCount) {
    places[slack]!.supplied = true;
    order.push(slack);
  }
  for (let k = 0; k < order.length; k++) {
    const bus = order[k]!;
    for (const { bus: next, edge } of neighbours[bus]!) {
      if (places[next]!.supplied) continue;
      places[next]!.supplied = true;
      parents[next] = bus;
      inTree[edge] = true;
      children[bus]!.push(next);
      order.push(next);
    }
  }
  const height = new Array<number>(busCount).fill(0);
  for (const bus of [...order].reverse()) {
    const parent = parents[bus]!;
    if (parent >= 0) height[parent] = Math.max(height[parent]!, height[bus]! + 1);
  }
  for (const list of children) list.sort((a, b) => height[b]! - height[a]! || a - b);

  const lanes = new Map<number, Span[]>();
  const spansOf = (lane: number): Span[] => {
    const spans = lanes.get(lane) ?? [];
    lanes.set(lane, spans);
    return spans;
  };
  const fits = (lane: number, span: Span): boolean => spansOf(lane).every(({ from, to }) => to < span.from || from > span.to);
  /** The nearest lane on a side for a lateral that begins straight above or below; undefined when its riser is blocked. */
  const straightLane = (span: Span, start: number, side: number): number | undefined => {
    for (let lane = start + side; ; lane += side) {
      if (fits(lane, span)) return lane;
      if (!fits(lane, { from: span.from, to: span.from })) return undefined;
    }
  };
  const asideLane = (span: Span, start: number, side: number): number => {
    for (let lane = start + side; ; lane += side) if (fits(lane, span)) return lane;
  };

  const queue: { bus: number; parent: number; lane: number }[] = [];
  /** Puts the longest path below `head` on a lane and queues what hangs off it. */
  const layPath = (head: number, lane: number, column: number): void => {
    for (let bus: number | undefined = head; bus !== undefined; bus = children[bus]![0]) {
      places[bus]!.lane = lane;
      places[bus]!.column = column++;
      for (const lateral of children[bus]!.slice(1)) queue.push({ bus: lateral, parent: bus, lane });
    }
  };
  let side = -1;
  let laneMin = 0;
  let laneMax = 0;
  if (order.length > 0) {
    spansOf(0).push({ from: 0, to: height[slack]! });
    layPath(slack, 0, 0);
  }
  while (queue.length > 0) {
    const { bus, parent, lane: parentLane } = queue.shift()!;
    const column = places[parent]!.column;
    const straight = { from: column, to: column + height[bus]! };
    const sides = parentLane === 0 ? [side, -side] : [Math.sign(parentLane)];
    const candidates = sides.flatMap((s) => straightLane(straight, parentLane, s) ?? []);
    let lane = candidates.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
    let span = straight;
    if (lane === undefined) {
      span = { from: column + 1, to: column + 1 + height[bus]! };
      lane = sides.map((s) => asideLane(span, parentLane, s)).sort((a, b) => Math.abs(a) - Math.abs(b))[0]!;
      places[bus]!.aside = true;
    } else {
      const outward = Math.sign(lane - parentLane);
      for (let passed = parentLane + outward; passed !== lane; passed += outward) spansOf(passed).push({ from: column, to: column });
    }
    if (parentLane === 0) side = -Math.sign(lane);
    spansOf(lane).push(span);
    laneMin = Math.min(laneMin, lane);
    laneMax = Math.max(laneMax, lane);
    layPath(bus, lane, span.from);
  }

  // islands: a row of their own below everything
  const columns = Math.max(1, ...places.map(({ column }) => column + 1));
  let island = 0;
  const below = laneMax + 1;
  places.forEach((place) => {
    if (place.supplied) return;
    place.column = island % columns;
    place.lane = below + Math.floor(island / columns);
    laneMax = Math.max(laneMax, place.lane);
    island++;
  });
  return { columns, laneMin, laneMax, places, parents, inTree };
}
