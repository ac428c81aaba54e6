/** What the report of a simulation adds to the style sheet that all reports share. */
export const simulateStyle = `
main.feeder .panel { grid-column: auto; min-width: 0; }
.cautions { border-left: 4px solid var(--bad); }
.cautions li { margin-top: 6px; max-width: 112ch; }
.scope-bar { position: sticky; top: 0; z-index: 15; display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; margin: 0 -6px 8px; padding: 8px 6px; background: color-mix(in srgb, var(--surface) 94%, transparent); backdrop-filter: blur(6px); }
#event-chips { display: contents; }
.chip { padding: 3px 10px; border: 1px solid var(--rule); border-radius: 99px; background: var(--surface); color: var(--muted); font: inherit; font-size: 13px; cursor: pointer; }
.chip b { color: var(--ink); font-weight: 600; }
.chip:hover { border-color: var(--faint); color: var(--ink); }
#scope-range { margin-left: auto; min-width: 9.5em; text-align: right; font-weight: 600; font-size: 14px; white-space: nowrap; }
.lanes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 14px 28px; }
.lane { min-width: 0; }
.lane h3 { font-size: 14px; font-weight: 600; }
.lane h3 small { font-weight: 400; font-size: 13px; color: var(--muted); }
.reading { display: flex; flex-wrap: wrap; gap: 1px 4px; min-height: 24px; font-size: 13px; color: var(--muted); max-height: 72px; overflow: auto; }
button.trace { display: inline-flex; align-items: center; gap: 5px; padding: 0 6px 0 4px; border: 0; border-radius: 5px; background: none; color: var(--muted); font: inherit; font-size: 13px; cursor: pointer; }
button.trace i { width: 12px; height: 3px; border-radius: 2px; background: var(--trace); }
button.trace .value { color: var(--ink); }
button.trace:hover { background: var(--sunken); }
button.trace[aria-pressed="false"] { opacity: 0.45; text-decoration: line-through; }
.lane-chart { touch-action: pan-y; cursor: crosshair; user-select: none; }
.lane-chart svg, .chart svg { display: block; width: 100%; height: auto; overflow: visible; }
.lane-chart text, .chart text { font: 11.5px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--muted); font-variant-numeric: tabular-nums; }
.lane-chart .grid, .chart .grid { stroke: var(--grid); }
.lane-chart .axis, .chart .axis { stroke: var(--faint); }
.lane-chart .tick-mark { stroke: var(--faint); }
.lane-chart path.trace { fill: none; stroke-width: 1.7; stroke-linejoin: round; }
.lane-chart path.trace.other { stroke-width: 1.3; stroke-dasharray: 5 3; opacity: 0.75; }
.lane-chart path.trace.dim { opacity: 0.18; }
.lane-chart .target { fill: var(--good); opacity: 0.13; }
.lane-chart .event { stroke: var(--bad); stroke-width: 1; stroke-dasharray: 2 3; opacity: 0.75; }
.lane-chart .cursor-line { stroke: var(--ink); stroke-width: 1; opacity: 0.55; }
.lane-chart .selection { fill: var(--cursor); stroke: var(--accent); stroke-width: 1; }
.lane-chart .said { stroke-width: 1; }
.lane-chart .regular { opacity: 0.55; }
.compare { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; margin-top: 12px; font-size: 13.5px; color: var(--muted); }
.compare label.quiet { padding: 4px 12px; border: 1px solid var(--rule); border-radius: 7px; color: var(--ink); cursor: pointer; }
.compare label.quiet:focus-within { outline: 2px solid var(--accent); }
.compare input { position: absolute; opacity: 0; width: 1px; }
.compare .keys { margin-left: auto; }
.sweep { display: grid; grid-template-columns: auto minmax(120px, 1fr) auto auto; gap: 8px 12px; align-items: center; margin-bottom: 6px; font-size: 14px; }
.sweep input[type="range"] { width: 100%; accent-color: var(--accent); }
.sweep output { grid-column: 1 / -1; min-height: 2.9em; }
.chart .unstable { fill: var(--bad); opacity: 0.07; }
.chart .zero-line { stroke: var(--muted); stroke-width: 1.2; }
.chart .damping { fill: none; stroke: var(--faint); stroke-dasharray: 3 4; }
.chart .trail { stroke-width: 3.4; stroke-linecap: round; fill: none; stroke: color-mix(in oklab, var(--sweep-high) var(--share), var(--sweep-low)); opacity: 0.5; }
:root { --sweep-low: #2c6fb7; --sweep-high: #d8691c; }
@media (prefers-color-scheme: dark) { :root { --sweep-low: #6ba6e6; --sweep-high: #f0a05c; } }
.chart .mode { stroke: var(--ink); stroke-width: 2; fill: none; }
.chart .mode.bad { stroke: var(--bad); stroke-width: 2.6; }
.chart .mode.here { stroke: var(--faint); stroke-width: 1.4; }
.chart .settling { fill: var(--accent); shape-rendering: crispEdges; }
.chart .beyond { fill: color-mix(in srgb, var(--bad) 13%, var(--surface)); }
.chart .margin { fill: none; stroke: var(--bad); stroke-width: 2; }
.chart .margin.used { stroke: var(--good); stroke-width: 1.6; stroke-dasharray: 6 4; }
.chart .spot { fill: var(--surface); stroke: var(--ink); stroke-width: 2.5; }
.chart .spot.advised { stroke: var(--good); }
.chart text.spot-name { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--surface); stroke-width: 3px; }
.key i { display: inline-block; width: 16px; height: 0; margin-right: 6px; vertical-align: 4px; border-top: 2px solid var(--bad); }
.key i.used { border-top: 2px dashed var(--good); }
.key i.box { height: 10px; border: 0; vertical-align: -1px; background: var(--accent); opacity: 0.5; border-radius: 2px; }
.gauge { min-width: 90px; }
.graph { display: grid; grid-template-columns: minmax(220px, 300px) minmax(0, 1fr); gap: 6px 24px; align-items: start; }
.graph svg .link { stroke: var(--muted); stroke-width: 1.6; fill: none; }
.graph svg .agent { fill: var(--surface); stroke: var(--accent); stroke-width: 2; }
.graph svg .agent.leads { fill: var(--accent); }
.graph svg text { font-size: 12px; fill: var(--ink); }
.theorem { margin-top: 8px; font-size: 13.5px; color: var(--muted); max-width: 100ch; }
.facts.wide { grid-template-columns: minmax(120px, auto) 1fr; }
.plain th { vertical-align: bottom; } .plain thead .number { white-space: normal; min-width: 5.5em; }
.plain td:first-child { white-space: nowrap; }
#windows .plain td:nth-child(2) { min-width: 11em; }
#modes .plain td:last-child, #modes .plain th:last-child { padding-left: 24px; }
main.feeder .checks-panel { margin: 0; padding-bottom: 12px; }
@media (max-width: 640px) { .graph { grid-template-columns: minmax(0, 1fr); } .compare .keys { display: none; } .sweep { grid-template-columns: 1fr auto; } .sweep input[type="range"] { grid-column: 1 / -1; order: -1; } .sweep label { grid-column: 1; } }
.remark { margin-top: 4px; font-size: 14px; color: var(--muted); max-width: 100ch; }
.panel > h3 { margin-top: 12px; font-size: 15px; font-weight: 600; line-height: 1.7; }
#modes .plain td:last-child { min-width: 26em; }
.key i { flex: none; }
@media (max-width: 640px) { .scope-bar { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; } .scope-bar > * { flex: none; } .chip { white-space: nowrap; } #scope-range { order: -1; margin-left: 0; min-width: 8.6em; text-align: left; } }
@media print { .scope-bar, .compare, .sweep input, .sweep button { position: static; display: none; } }
`;
