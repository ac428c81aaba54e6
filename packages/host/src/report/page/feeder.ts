/** The one-line drawing of the feeder: colour is voltage, width is power, triangles are violations, letters are devices. */
import { showBusPanel } from './bus-panel.ts';
import { inkOn, type Theme, voltageColour } from './colour.ts';
import { type Device, extent } from './data.ts';
import { placeStacks, type Rect, type Stack, wrapped } from './device-chips.ts';
import { byId, html, place, svg } from './elements.ts';
import { showLetters, showScale } from './feeder-keys.ts';
import { layOutFeeder } from './feeder-layout.ts';
import { fixed, signed } from './format.ts';
import { hideTip, type Page, showTip, widthOf } from './frame.ts';
import { sideOf } from './limits.ts';
import { attachTable } from './table-view.ts';
import { triangle } from './voltage.ts';

interface Drawn {
  readonly circles: readonly SVGElement[];
  readonly labels: readonly (SVGTextElement | undefined)[];
  readonly marks: readonly SVGPathElement[];
  readonly at: readonly { readonly x: number; readonly y: number }[];
  readonly wires: readonly {
    readonly path: SVGPathElement;
    readonly arrow: SVGPathElement;
    readonly middle: readonly [number, number, number];
  }[];
  readonly powers: readonly { readonly device: Device; readonly text: SVGTextElement }[];
  readonly chosen: SVGCircleElement;
  readonly radius: number;
}

export function showFeeder(page: Page): void {
  const { data, store } = page;
  const { result, nB } = data;
  const { buses, branches, slack } = result.feeder;
  const host = byId('chart-feeder');
  const ends = branches.map((branch) => ({
    from: data.busIndex.get(branch.from) ?? -1,
    to: data.busIndex.get(branch.to) ?? -1,
    inService: branch.inService,
  }));
  const slackIndex = data.busIndex.get(slack) ?? 0;
  const layout = layOutFeeder(nB, ends, slackIndex);
  const devicesAt = buses.map((_, b) => data.devices.filter((device) => device.bus === b));
  const flowMax_kW = Math.max(1e-9, ...(extent(...data.plans.map((plan) => extent(...plan.ac.p_branch_kW) ?? [0])) ?? [0]).map(Math.abs));
  const ac = () => data.plans[store.view.plan]?.ac;
  let drawn: Drawn | undefined;

  const shareOf = (b: number, v: number): number => {
    const own = buses[b]!;
    const { v_min_pu, v_max_pu } = own.v_max_pu - own.v_min_pu > 1e-6 ? own : data.limits;
    return (v - v_min_pu) / (v_max_pu - v_min_pu || 1);
  };
  const draw = (): void => {
    drawn = drawFeeder();
    update();
  };

  const drawFeeder = (): Drawn => {
    const theme = page.theme();
    const width = widthOf(host);
    const upright = width < 620;
    const lanes = layout.laneMax - layout.laneMin;
    const most = Math.max(1, ...devicesAt.map((list) => list.length));
    const side = Math.min(width / 4, 20 + 29 * most);
    // along the feeder and across it, in pixels
    const along = upright ? 38 : Math.min(78, (width - 92) / Math.max(1, layout.columns - 1));
    const across = upright ? Math.min(112, (width - 2 * side) / Math.max(1, lanes)) : lanes > 5 ? 66 : 118;
    const radius = Math.max(3.5, Math.min(11, along * 0.3, across * 0.22));
    const wordy = radius >= 8 && buses.every(({ id }) => id.length <= 3);
    const used = upright ? lanes * across : (layout.columns - 1) * along;
    const start = upright ? Math.max(side, (width - used) / 2) : Math.max(44, (width - used) / 2);
    const point = (column: number, lane: number): { x: number; y: number } =>
      upright
        ? { x: start + (lane - layout.laneMin) * across, y: column * along }
        : { x: start + column * along, y: (lane - layout.laneMin) * across };
    const at = layout.places.map(({ column, lane }) => point(column, lane));

    const wiresLayer = svg('g');
    const busLayer = svg('g');
    const deviceLayer = svg('g');
    const markLayer = svg('g');
    const wires = branches.map((branch, l) => {
      const { from, to } = ends[l]!;
      const path = svg('path', { class: branch.inService ? 'wire' : 'wire tie' });
      const arrow = svg('path', { class: 'reverse', d: 'M-3 -4L2.5 0L-3 4' });
      let middle: [number, number, number] = [0, 0, 0];
      if (from >= 0 && to >= 0) {
        const child = layout.parents[to] === from ? to : from;
        const parent = child === to ? from : to;
        const a = at[parent]!;
        const b = at[child]!;
        if (layout.inTree[l]) {
          path.setAttribute('d', layout.places[child]!.aside ? detour(a, b, upright) : `M${a.x} ${a.y}L${b.x} ${b.y}`);
          middle = [(a.x + b.x) / 2, (a.y + b.y) / 2, (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI];
        } else {
          path.setAttribute('d', bow(a, b, radius));
        }
      }
      path.append(svg('title', {}, branch.inService ? `Branch ${branch.id}` : `Open tie ${branch.id}`));
      wiresLayer.append(path);
      if (branch.inService) markLayer.append(arrow);
      return { path, arrow, middle };
    });

    const marks: SVGPathElement[] = [];
    const labels: (SVGTextElement | undefined)[] = [];
    const powers: { device: Device; text: SVGTextElement }[] = [];
    const chosen = svg('circle', { class: 'chosen', r: radius + 4 });
    busLayer.append(chosen);
    const circles = buses.map((bus, b) => {
      const { x, y } = at[b]!;
      const size = radius * 2;
      const shape =
        b === slackIndex
          ? svg('rect', { class: 'bus', x: x - radius, y: y - radius, width: size, height: size, rx: 2 })
          : svg('circle', { class: 'bus', cx: x, cy: y, r: radius });
      busLayer.append(shape);
      if (b === slackIndex) busLayer.append(svg('text', { class: 'grid-text', x, y: y - radius - 6, 'text-anchor': 'middle' }, 'grid'));
      const label = wordy ? svg('text', { class: 'bus-text', x, y: y + 3.4, 'text-anchor': 'middle' }, bus.id) : undefined;
      if (label) busLayer.append(label);
      labels.push(label);
      const mark = svg('path', { class: 'violation' });
      markLayer.append(mark);
      marks.push(mark);
      return shape;
    });

    const thick = 5;
    const obstacles: Rect[] = [
      ...at.map(({ x, y }) => ({ x0: x - radius, x1: x + radius, y0: y - radius, y1: y + radius })),
      ...ends.flatMap(({ from, to }, l) => {
        const [a, b] = [at[from], at[to]];
        if (!a || !b || !layout.inTree[l]) return [];
        return [
          {
            x0: Math.min(a.x, b.x) - thick,
            x1: Math.max(a.x, b.x) + thick,
            y0: Math.min(a.y, b.y) - thick,
            y1: Math.max(a.y, b.y) + thick,
          },
        ];
      }),
    ];
    const letters = Math.max(9, Math.floor((along * 0.95) / 6));
    const equipped = devicesAt.flatMap((list, b) => (list.length > 0 ? [{ list, b, at: at[b]! }] : []));
    const namesOf = (list: readonly Device[], k: number): string[] =>
      list[k + 1]?.owner === list[k]!.owner ? [] : wrapped(list[k]!.owner, letters);
    const stacks = placeStacks(
      equipped.map(({ list, b, at: place }): Stack => {
        const names = list.flatMap((_, k) => namesOf(list, k));
        const preferred = layout.places[b]!.lane > 0 ? 1 : -1;
        if (upright) return { at: place, preferred, length: [29 * list.length, 29 * list.length], breadth: [20, 20] };
        return {
          at: place,
          preferred,
          length: [31 * list.length + 12 * names.length, 31 * list.length],
          breadth: [Math.max(32, ...names.map((name) => 6.2 * name.length)), 32],
        };
      }),
      obstacles,
      radius + 6,
      upright ? { axis: 'x', low: 0, high: width } : { axis: 'y', low: -1e6, high: 1e6 },
    );
    equipped.forEach(({ list, at: { x, y } }, s) => {
      const { side, distance, named } = stacks[s]!;
      let reach = (upright ? x : y) + side * distance;
      if (upright) {
        deviceLayer.append(svg('line', { class: 'drop', x1: x + side * radius, x2: reach, y1: y, y2: y }));
        for (const device of list) {
          deviceLayer.append(...chip(device, theme, reach + side * 14, y, 26));
          reach += side * 29;
        }
        return;
      }
      deviceLayer.append(svg('line', { class: 'drop', x1: x, x2: x, y1: y + side * radius, y2: reach }));
      const write = (kind: string, text: string): SVGTextElement => {
        const element = svg('text', { class: kind, x, y: reach + (side > 0 ? 10 : -3), 'text-anchor': 'middle' }, text);
        deviceLayer.append(element);
        reach += side * (kind === 'chip-power' ? 13 : 12);
        return element;
      };
      list.forEach((device, k) => {
        deviceLayer.append(...chip(device, theme, x, reach + side * 9, 28));
        reach += side * 18;
        powers.push({ device, text: write('chip-power', '') });
        const names = named ? namesOf(list, k) : [];
        for (const name of side > 0 ? names : names.reverse()) write('chip-owner', name);
      });
    });
    const top = Math.min(...at.map(({ y }) => y - radius - 20), ...stacks.map(({ rect }) => rect.y0)) - 4;
    const bottom = Math.max(...at.map(({ y }) => y + radius + 10), ...stacks.map(({ rect }) => rect.y1)) + 4;
    const height = bottom - top;

    const hits = svg('g');
    buses.forEach((_, b) => {
      const { x, y } = at[b]!;
      const hit = svg('circle', { class: 'hit', cx: x, cy: y, r: Math.max(radius + 4, Math.min(16, along / 2)) });
      hit.addEventListener('pointerenter', (event) => tipOf(b, event));
      hit.addEventListener('pointerleave', hideTip);
      hit.addEventListener('click', () => store.change({ bus: b }));
      hits.append(hit);
    });
    const root = svg(
      'svg',
      {
        viewBox: `0 ${top} ${width} ${height}`,
        width,
        height,
        role: 'img',
        'aria-label': `One-line diagram of ${result.feeder.name}: ${nB} buses, ${branches.length} branches, ${data.devices.length} devices. Voltages are in the table below.`,
      },
      wiresLayer,
      busLayer,
      deviceLayer,
      markLayer,
      hits,
    );
    host.replaceChildren(root);
    return { circles, labels, marks, at, wires, powers, chosen, radius };
  };

  const tipOf = (b: number, event: PointerEvent): void => {
    const bus = buses[b]!;
    const { step, plan } = store.view;
    const price = data.plans[plan]?.price_cur_per_kWh?.[b]?.[step];
    const lines = [
      `${fixed(ac()?.v_pu[b]?.[step], 4)} pu, limits ${bus.v_min_pu} to ${bus.v_max_pu}`,
      ...(price === undefined ? [] : [`${fixed(price, 4)} ${result.currency}/kWh`]),
      ...devicesAt[b]!.map((device) => `${device.id} (${device.owner}) ${signed(data.schedule(plan, device.index)?.p_kW[step], 1)} kW`),
    ];
    showTip(
      event,
      html('b', {}, `Bus ${bus.id}${b === slackIndex ? ' · upstream grid' : ''}`),
      ...lines.map((line) => html('span', {}, line)),
    );
  };

  const readout = byId('readout-feeder');
  const update = (): void => {
    if (!drawn) return;
    const { step, bus, plan } = store.view;
    const theme = page.theme();
    const voltages = buses.map((_, b) => ac()?.v_pu[b]?.[step]);
    let below = 0;
    let above = 0;
    const taken = new Set<string>();
    voltages.forEach((v, b) => {
      const known = v !== undefined && v !== null && Number.isFinite(v);
      const share = known ? shareOf(b, v) : 0.5;
      const colour = known ? voltageColour(theme, share) : 'transparent';
      drawn!.circles[b]!.style.fill = colour;
      const label = drawn!.labels[b];
      if (label) label.style.fill = known ? inkOn(colour) : '';
      const low = sideOf(v, buses[b], data.result.voltageTolerance_pu) < 0;
      const high = sideOf(v, buses[b], data.result.voltageTolerance_pu) > 0;
      if (low) below++;
      if (high) above++;
      drawn!.circles[b]!.classList.toggle('outside', low || high);
      const { x, y } = drawn!.at[b]!;
      // at most one mark in a cell of 20 px, or many of them hide the picture
      const cell = `${Math.floor(x / 20)} ${Math.floor(y / 20)}`;
      const shown = (low || high) && !taken.has(cell);
      if (shown) taken.add(cell);
      drawn!.marks[b]!.setAttribute('d', shown ? triangle(x + drawn!.radius * 0.85, y - drawn!.radius * 0.85, low ? 1 : -1, 5) : '');
    });
    branches.forEach((branch, l) => {
      const { path, arrow, middle } = drawn!.wires[l]!;
      const p = ac()?.p_branch_kW[l]?.[step];
      const { from, to } = ends[l]!;
      const loading = ac()?.loading_frac[l]?.[step];
      path.classList.toggle('overloaded', loading !== undefined && loading !== null && loading > 1 + 1e-9);
      if (!branch.inService) return;
      const strength = p === undefined || p === null ? 0 : Math.abs(p) / flowMax_kW;
      path.style.strokeWidth = `${(1.6 + 7.4 * Math.sqrt(strength)).toFixed(2)}px`;
      const pair = [voltages[from], voltages[to]].filter((v): v is number => v !== undefined && v !== null && Number.isFinite(v));
      const mean = pair.reduce((total, v) => total + v, 0) / (pair.length || 1);
      path.style.stroke = pair.length > 0 ? voltageColour(theme, shareOf(Math.max(0, to), mean)) : '';
      // an arrow only where power flows towards the grid
      const reversed = p !== undefined && p !== null && layout.inTree[l] && (layout.parents[to] === from ? p : -p) < -0.5;
      arrow.style.display = reversed ? '' : 'none';
      if (reversed)
        arrow.setAttribute(
          'transform',
          `translate(${middle[0].toFixed(1)} ${middle[1].toFixed(1)}) rotate(${(middle[2] + 180).toFixed(0)})`,
        );
    });
    for (const { device, text } of drawn.powers) text.textContent = signed(data.schedule(plan, device.index)?.p_kW[step], 0);
    const at = drawn.at[bus];
    if (at) place(drawn.chosen, { cx: at.x, cy: at.y });
    const range = extent(voltages) ?? [Number.NaN, Number.NaN];
    const lowest = buses[voltages.indexOf(range[0])]?.id ?? '–';
    const outside = below + above;
    const loadings = ac()?.loading_frac.map((row) => row[step]) ?? [];
    const fullest = extent(loadings)?.[1];
    const fullestId = branches[loadings.indexOf(fullest ?? Number.NaN)]?.id ?? '–';
    const overloaded = fullest !== undefined && fullest > 1 + 1e-9;
    const parts: [string, string, string?][] = [
      ['Lowest', `${fixed(range[0], 4)} pu at bus ${lowest}`],
      [
        'Outside limits',
        outside === 0
          ? '✓ none'
          : `${below > 0 ? `▼ ${below} below` : ''}${below > 0 && above > 0 ? ', ' : ''}${above > 0 ? `▲ ${above} above` : ''}`,
        outside === 0 ? 'good' : 'bad',
      ],
      ...(fullest === undefined
        ? []
        : [
            [`Fullest branch ${fullestId}`, `${overloaded ? '▲ ' : ''}${fixed(100 * fullest)} %`, overloaded ? 'bad' : ''] as [
              string,
              string,
              string,
            ],
          ]),
      ['Import', `${fixed(ac()?.p_import_kW[step], 0)} kW`],
      ['Losses', `${fixed(ac()?.loss_kW[step], 1)} kW`],
    ];
    readout.replaceChildren(
      ...parts.map(([name, value, mark]) =>
        html('li', {}, html('span', { class: 'name' }, name), html('span', { class: `value ${mark ?? ''}` }, value)),
      ),
    );
    for (const circle of drawn.circles) circle.classList.remove('dim');
  };
  store.on(['drawing'], draw);
  store.on(['step', 'plan', 'bus'], update);
  draw();
  showScale(page);
  showLetters(page);
  showBusPanel(page, devicesAt, slackIndex);
  attachTable(page, byId('table-feeder'), 'buses', ['step', 'plan'], () => ({
    caption: `Buses at ${data.stepText(store.view.step)}, plan ${data.plans[store.view.plan]?.name ?? ''}`,
    columns: ['Bus', 'voltage, pu', 'lower limit, pu', 'upper limit, pu', 'state', 'devices'],
    rows: buses.map((bus, b) => {
      const v = ac()?.v_pu[b]?.[store.view.step];
      const state =
        v === undefined || v === null
          ? 'unknown'
          : (['▼ below', 'inside', '▲ above'][sideOf(v, bus, data.result.voltageTolerance_pu) + 1] ?? '');
      return [
        bus.id,
        fixed(v, 4),
        String(bus.v_min_pu),
        String(bus.v_max_pu),
        state,
        devicesAt[b]!.map((device) => `${device.id} (${device.owner})`).join(', '),
      ];
    }),
  }));
}

/** A riser between two columns, for a lateral that cannot begin straight above or below its bus. */
function detour(a: { x: number; y: number }, b: { x: number; y: number }, upright: boolean): string {
  const middle = upright ? (a.y + b.y) / 2 : (a.x + b.x) / 2;
  const slant = Math.abs(middle - (upright ? a.y : a.x));
  if (upright) {
    const sign = Math.sign(b.x - a.x);
    return `M${a.x} ${a.y}L${a.x + sign * slant} ${middle}H${b.x - sign * slant}L${b.x} ${b.y}`;
  }
  const sign = Math.sign(b.y - a.y);
  return `M${a.x} ${a.y}L${middle} ${a.y + sign * slant}V${b.y - sign * slant}L${b.x} ${b.y}`;
}

/** A bow beside the straight line, for ties and for branches that close a loop. */
function bow(a: { x: number; y: number }, b: { x: number; y: number }, radius: number): string {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.hypot(dx, dy) || 1;
  const straight = Math.abs(dx) < 1 || Math.abs(dy) < 1;
  const depth = straight ? Math.min(34, 12 + radius + length * 0.06) : Math.min(16, length * 0.1);
  return `M${a.x} ${a.y}Q${((a.x + b.x) / 2 - (2 * depth * -dy) / length).toFixed(1)} ${((a.y + b.y) / 2 - (2 * depth * dx) / length).toFixed(1)} ${b.x} ${b.y}`;
}

function chip(device: Device, theme: Theme, x: number, y: number, width: number): SVGElement[] {
  const colour = device.colour(theme);
  return [
    svg(
      'rect',
      { class: 'chip', x: x - width / 2, y: y - 9, width, height: 18, rx: 5, fill: colour },
      svg('title', {}, `${device.id}: ${device.kind} of ${device.owner}`),
    ),
    svg('text', { class: 'chip-text', x, y: y + 3.6, 'text-anchor': 'middle', fill: inkOn(colour) }, device.letters),
  ];
}
