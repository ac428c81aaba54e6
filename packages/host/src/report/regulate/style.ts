/** What the report of regulation adds to the style sheet of feeder reports. */
const light = ['#1c5fa8', '#a84600', '#1b6b4a', '#8a2f7d', '#756000', '#0b6878', '#9b2c3c', '#5f4a3a'];
const dark = ['#79b4f5', '#f3a763', '#6fcba2', '#dd9ad3', '#d9c15a', '#63cbdc', '#f0949e', '#c4ab97'];

export const hues_count = light.length;

const hues = (colours: readonly string[]): string => colours.map((colour, k) => `--hue-${k}: ${colour};`).join(' ');

/** Class of the k-th cluster; more clusters than hues share them, and letters tell them apart. */
export const hueClass = (k: number): string => `hue-${k % hues_count}`;

/** @param options_count - the most alternatives that one choice on the page has */
export const regulateStyle = (options_count: number): string => `
:root { ${hues(light)} }
@media (prefers-color-scheme: dark) { :root { ${hues(dark)} } }
${light.map((_, k) => `.hue-${k} { --hue: var(--hue-${k}); }`).join('\n')}
main.feeder #wire, main.feeder #kept, main.feeder .panel { grid-column: auto; min-width: 0; }
main.feeder .cards + .checks-panel, main.feeder .checks-panel { margin: 0; padding-bottom: 12px; }
.choice > .switch { display: inline-flex; flex-wrap: wrap; margin: 0 0 10px; border: 0; min-width: 0; }
@supports selector(:has(a)) {
  .choice > .option { display: none; }
${Array.from({ length: options_count }, (_, k) => `  .choice:has(> .switch > .pick-${k}:checked) > .option-${k} { display: block; }`).join('\n')}
  @media print { .choice > .option { display: block; } .choice > .switch { display: none; } }
}
.option > h3, .panels h3, .panel > h3 { margin-top: 10px; font-size: 14px; color: var(--muted); font-weight: 550; }
.panels.pairs { grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); }
.scroll > .plot.half { min-width: 470px; }
.scroll > .plot.small { min-width: 300px; }
.plot .reach { fill: var(--accent); opacity: 0.15; }
.plot .reach-edge { stroke: var(--accent); stroke-width: 1; fill: none; opacity: 0.55; }
.plot .line { fill: none; stroke: var(--hue, var(--accent)); stroke-width: 2; stroke-linejoin: round; }
.plot .line.filled { fill: var(--hue, var(--accent)); }
.plot .line.asked { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 3; }
.plot .line.area-part { stroke: none; fill: var(--hue); opacity: 0.5; }
.plot .line.given { stroke: var(--bad); stroke-width: 3.2; opacity: 0.85; }
.plot .line.dashed { stroke-dasharray: 5 3; stroke-width: 1.6; }
.plot .held { fill: var(--bad); opacity: 0.1; }
.plot .held-mark { fill: var(--bad); }
.plot .zero { stroke: var(--faint); }
.plot .reader { fill: transparent; }
.plot .reader:hover { fill: var(--cursor); }
.plot .dot { fill: var(--hue, var(--accent)); stroke: var(--surface); stroke-width: 1; }
.plot .dot.hollow { fill: var(--surface); stroke: var(--hue, var(--accent)); stroke-width: 1.6; }
.plot .dot.published { fill: var(--bad); }
.plot .column { fill: var(--accent); opacity: 0.8; }
.plot .column.dropped { fill: var(--faint); }
.plot .at { stroke: var(--bad); stroke-width: 1.2; stroke-dasharray: 5 4; }
.plot text.name { fill: var(--ink); }
.plot text.at-name { fill: var(--bad); }
.oneline .hull { fill: none; stroke: var(--hue); stroke-width: 31; stroke-linecap: round; stroke-linejoin: round; }
.oneline .hulls { opacity: 0.17; }
.oneline .branch { fill: none; stroke: var(--muted); stroke-width: 1.8; }
.oneline .spot { fill: var(--surface); stroke: var(--hue, var(--faint)); stroke-width: 2; }
.oneline .spot.holds { fill: var(--hue, var(--faint)); }
.plot.oneline text { paint-order: stroke; }
.plot.oneline .bus-id { font-size: 10px; font-weight: 600; fill: var(--ink); }
.plot.oneline .bus-id.on { fill: var(--surface); }
.plot.oneline .resource-id { font-size: 11px; fill: var(--ink); stroke: var(--surface); stroke-width: 3px; }
.plot.oneline .cluster-id { font-size: 15px; font-weight: 700; fill: var(--hue); stroke: var(--surface); stroke-width: 4px; }
.key .swatch { display: inline-block; width: 18px; height: 12px; margin-right: 7px; vertical-align: -1px; border-radius: 3px; background: color-mix(in srgb, var(--hue) 25%, var(--surface)); border: 2px solid var(--hue); }
.key svg.plot { display: inline-block; margin: 0 6px 0 0; width: 12px; vertical-align: -1px; }
.key svg.plot.long { width: 26px; height: 12px; }
.key b { color: var(--ink); font-weight: 600; }
.clusters { margin-top: 10px; font-size: 13.5px; }
.clusters li { padding: 3px 0 3px 26px; position: relative; color: var(--muted); overflow-wrap: anywhere; }
.clusters li b:first-child { position: absolute; left: 0; width: 20px; text-align: center; border-radius: 4px; background: var(--hue); color: var(--surface); }
.clusters strong { color: var(--ink); font-weight: 550; }
.plain .number + :not(.number), .plain .after-number { padding-left: 24px; }
.plain thead th { font-weight: 550; }
.plain td:first-child { min-width: 11em; }
.key + .choice { margin-top: 12px; }
.plain th[scope="row"] { font-weight: 550; }
.plain td.text { min-width: 22em; max-width: 60ch; color: var(--muted); }
.plain td.yes { color: var(--good); } .plain td.no { color: var(--bad); }
details.steps { margin-top: 12px; font-size: 14px; }
details.steps summary { cursor: pointer; color: var(--muted); }
.remark { margin-top: 10px; font-size: 13.5px; color: var(--muted); max-width: 112ch; }
.bar i { display: block; }
`;
