/** What the report of a feeder adds to the style sheet that all reports share. */
export const feederStyle = `
:root { --phase-a: #b4510a; --phase-b: #17795a; --phase-c: #2a5cb5; }
@media (prefers-color-scheme: dark) { :root { --phase-a: #f2a561; --phase-b: #6fcba2; --phase-c: #8ab8fa; } }
main.feeder { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; }
main.feeder > *, .panels > section.panel { grid-column: auto; max-width: none; }
.cards.even { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px; align-items: start; }
.panels.thirds { grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); }
section.panel { margin: 0; }
.scroll { overflow-x: auto; }
.plain { width: 100%; margin-top: 10px; }
.plain th, .plain td { padding: 4px 10px 4px 0; border-bottom: 1px solid var(--rule); text-align: left; font-weight: 400; }
.plain thead th { color: var(--muted); font-size: 12.5px; vertical-align: bottom; }
.plain .number { text-align: right; padding-right: 0; padding-left: 12px; white-space: nowrap; }
.plain td.out { color: var(--bad); font-weight: 600; }
.scroll > .plot { min-width: 620px; }
figure h3 { margin-top: 12px; font-size: 14px; color: var(--muted); font-weight: 550; }
.plot { display: block; width: 100%; height: auto; margin-top: 10px; overflow: visible; }
.plot text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--muted); font-variant-numeric: tabular-nums; }
.plot .grid { stroke: var(--grid); }
.plot .axis { stroke: var(--faint); }
.plot .limit { stroke: var(--bad); stroke-width: 1.2; stroke-dasharray: 6 4; }
.plot .beyond { fill: var(--bad); opacity: 0.05; }
.plot text.limit-name { fill: var(--bad); stroke: none; }
.plot .a { --hue: var(--phase-a); } .plot .b { --hue: var(--phase-b); } .plot .c { --hue: var(--phase-c); }
.plot .wire { stroke: var(--hue); stroke-width: 1.7; stroke-linecap: round; fill: none; }
.plot .wire.step { stroke-dasharray: 2.5 3; stroke-width: 1.4; }
.plot .spot { fill: var(--surface); stroke: var(--hue); stroke-width: 1.4; }
.plot .spot:hover { fill: var(--hue); }
.plot .range { fill: var(--hue); opacity: 0.2; }
.plot .edge { stroke: var(--hue); stroke-width: 1.3; fill: none; stroke-linecap: round; }
.plot .band { fill: var(--accent); opacity: 0.18; }
.plot .curve { stroke: var(--accent); stroke-width: 1.3; fill: none; }
.plot .area { fill: var(--load); opacity: 0.45; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 10px; font-size: 13.5px; color: var(--muted); }
.key svg { width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; }
.key .a { --hue: var(--phase-a); } .key .b { --hue: var(--phase-b); } .key .c { --hue: var(--phase-c); }
.key .spot { fill: var(--hue); }
.log { margin-top: 10px; max-height: 320px; overflow: auto; font-size: 13.5px; }
.log li { padding: 3px 0; border-bottom: 1px solid var(--rule); }
.log time { color: var(--muted); margin-right: 10px; white-space: nowrap; }
@media print { .log { max-height: none; } }
`;
