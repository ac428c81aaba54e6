// `npm run plot:scaling`: draws docs/pictures/cohorts-scaling.svg from the newest rows of bench/history that have figures of the benchmark
// `cohorts`: time to the answer and iterations over the size of the problem, with the central solvers where they finish, and a ring where their line crosses ours on one
// thread. Same rows, same bytes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const target = join(folder, '../docs/pictures/cohorts-scaling.svg');

/** The newest row of each name and peer. */
function newestRows() {
  const newest = new Map();
  for (const name of readdirSync(join(folder, 'history')).sort()) {
    for (const line of readFileSync(join(folder, 'history', name), 'utf8').split('\n')) {
      if (!line.includes('"figures"')) continue;
      const row = JSON.parse(line);
      if (row.bench !== 'cohorts') continue;
      const key = `${row.name} ${row.peer}`;
      if (!newest.has(key) || newest.get(key).at <= row.at) newest.set(key, row);
    }
  }
  return [...newest.values()];
}

const oursAlone = 'cohorts, one thread';
const oursTogether = 'cohorts, two threads';
const colours = {
  [oursTogether]: '#0b6e99',
  [oursAlone]: '#4fb3d9',
  'interior point': '#8a5a00',
  'HiGHS, native': '#a3243b',
  'HiGHS, WebAssembly': '#c76b1f',
  Clarabel: '#5b5b8a',
};
const width = 440;
const height = 300;
const box = { left: 62, right: 14, top: 30, bottom: 44 };
const decades = (values) => [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
const round = (value) => Number(value.toFixed(1));
const superscript = (n) => [...String(n)].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('');

/** One digit and a power of ten. */
function about(value) {
  const [digit, exponent] = value.toExponential(0).split('e');
  return `${digit}·10${superscript(Number(exponent))}`;
}

/** One panel: curves of points over the number of values, both axes logarithmic. */
function panel({ title, unit, curves, at }) {
  const points = curves.flatMap((curve) => curve.points);
  const [x0, x1] = decades(points.map(([x]) => x));
  const [y0, y1] = decades(points.map(([, y]) => y));
  const x = (value) => round(box.left + ((width - box.left - box.right) * (Math.log10(value) - x0)) / (x1 - x0 || 1));
  const y = (value) => round(height - box.bottom - ((height - box.top - box.bottom) * (Math.log10(value) - y0)) / (y1 - y0 || 1));
  const out = [`<g transform="translate(${at[0]} ${at[1]})"><text x="${box.left}" y="18" class="t">${title}</text>`];
  for (let k = x0; k <= x1; k++) {
    out.push(`<line class="g" x1="${x(10 ** k)}" x2="${x(10 ** k)}" y1="${box.top}" y2="${height - box.bottom}"/>`);
    out.push(`<text x="${x(10 ** k)}" y="${height - box.bottom + 16}" text-anchor="middle">10${superscript(k)}</text>`);
  }
  for (let k = y0; k <= y1; k++) {
    out.push(`<line class="g" x1="${box.left}" x2="${width - box.right}" y1="${y(10 ** k)}" y2="${y(10 ** k)}"/>`);
    out.push(`<text x="${box.left - 6}" y="${y(10 ** k) + 4}" text-anchor="end">10${superscript(k)} ${unit}</text>`);
  }
  out.push(`<text x="${(width + box.left) / 2}" y="${height - 8}" text-anchor="middle">values at terminals (devices × steps)</text>`);
  for (const { name, colour, dashed, points: own } of curves) {
    const sorted = [...own].sort((a, b) => a[0] - b[0]);
    const path = sorted.map(([px, py], k) => `${k === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    out.push(`<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.8"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`);
    for (const [px, py] of sorted) out.push(`<circle cx="${x(px)}" cy="${y(py)}" r="2.8" fill="${colour}"><title>${name}</title></circle>`);
  }
  for (const {
    name,
    colour,
    at: [px, py],
  } of crossings(curves)) {
    out.push(`<circle cx="${x(px)}" cy="${y(py)}" r="6" fill="none" stroke="${colour}" stroke-width="1.5"><title>${name}</title></circle>`);
    out.push(`<text x="${x(px) + 9}" y="${y(py) + 14}" style="fill:${colour}">${about(px)}</text>`);
  }
  out.push('</g>');
  return out.join('\n');
}

/** Where a central solver's line crosses ours on one thread: straight between sizes that both have, on logarithmic axes. */
function crossings(curves) {
  const ours = new Map(curves.find(({ name }) => name === oursAlone)?.points ?? []);
  return curves.flatMap(({ name, colour, points }) => {
    if (name === oursAlone || name === oursTogether) return [];
    const shared = points.filter(([values_count]) => ours.has(values_count)).sort((a, b) => a[0] - b[0]);
    const behind = shared.map(([values_count, s]) => Math.log(s / ours.get(values_count)));
    const k = behind.findIndex((value, i) => i > 0 && behind[i - 1] <= 0 && value > 0);
    if (k < 1) return [];
    const share = behind[k - 1] / (behind[k - 1] - behind[k]);
    const between = (a, b) => Math.exp(Math.log(a) + share * (Math.log(b) - Math.log(a)));
    return [{ name: `crosses ${name}`, colour, at: [between(shared[k - 1][0], shared[k][0]), between(shared[k - 1][1], shared[k][1])] }];
  });
}

/** The lines of one law: what a row says of us, on so many threads, and of its peer. */
function curvesOf(rows, law, value) {
  const curves = new Map();
  const add = (name, values_count, y) => {
    if (y === undefined) return;
    if (!curves.has(name)) curves.set(name, { name, colour: colours[name] ?? '#444', dashed: law === 'linear', points: new Map() });
    curves.get(name).points.set(values_count, y);
  };
  for (const { figures } of rows.filter((row) => row.figures.costs === law)) {
    const { values_count, peer, peer_ms, ours_ms, threads_count, ...own } = figures;
    add(threads_count === 1 ? oursAlone : oursTogether, values_count, value({ ...own, ms: ours_ms }));
    if (peer !== undefined) add(peer, values_count, value({ ms: peer_ms }));
  }
  return [...curves.values()].map((curve) => ({ ...curve, points: [...curve.points] }));
}

const rows = newestRows();
if (rows.length === 0) {
  console.error('Nothing is recorded yet: npm run bench -- cohorts --record');
  process.exit(1);
}
const time_s = ({ ms }) => (ms === undefined ? undefined : ms / 1000);
const each_ms = ({ iteration_ms }) => iteration_ms;
const count = ({ iterations_count }) => iterations_count;
const both = (value) => ['quadratic', 'linear'].flatMap((law) => curvesOf(rows, law, value));
const panels = [
  { title: 'Time to the answer, quadratic costs', unit: 's', curves: curvesOf(rows, 'quadratic', time_s), at: [0, 0] },
  { title: 'Time to the answer, linear costs', unit: 's', curves: curvesOf(rows, 'linear', time_s), at: [width, 0] },
  { title: 'Time per iteration (dashed: linear costs)', unit: 'ms', curves: both(each_ms), at: [0, height] },
  { title: 'Iterations (dashed: linear costs)', unit: '', curves: both(count), at: [width, height] },
].filter(({ curves }) => curves.length > 0);
const legend = Object.entries(colours).map(
  ([name, colour], k) =>
    `<circle cx="${14 + 149 * k}" cy="${2 * height + 14}" r="4" fill="${colour}"/><text x="${21 + 149 * k}" y="${2 * height + 18}">${name}</text>`,
);
const when = rows
  .map(({ at }) => at.slice(0, 10))
  .sort()
  .at(-1);
const facts = rows.find(({ at }) => at.startsWith(when));
writeFileSync(
  target,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${2 * height + 66}" role="img" aria-label="Scaling of cohorts and central solvers">
<style>text{font:12px system-ui,sans-serif;fill:#333}.t{font-weight:600}.g{stroke:#ddd}</style>
<rect width="100%" height="100%" fill="#fff"/>
${panels.map(panel).join('\n')}
${legend.join('\n')}
<text x="12" y="${2 * height + 38}">Recorded ${when}, ${facts.cores_count} cores, Node ${facts.node}. Cohorts to residuals of 1e-3 (one thread, quadratic costs: 1e-4).</text>
<text x="12" y="${2 * height + 56}">A ring: from so many values on, cohorts on one thread are the faster. Central solvers to 1e-6 on one thread.</text>
</svg>
`,
);
console.error(`drawn from ${rows.length} rows: docs/pictures/cohorts-scaling.svg`);
