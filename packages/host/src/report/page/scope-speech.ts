/** Who speaks when: a mark per message that an agent decided to send, a bar where it speaks at every act. */
import { html, svg } from './elements.ts';
import { fixed } from './format.ts';
import { widthOf } from './frame.ts';
import { laneFrame, type ScopePage } from './scope-lane.ts';

const row = 15;
/** Agents beyond which rows would be too thin to tell apart. */
const agents_max_count = 24;

export function showSpeech(page: ScopePage, host: HTMLElement, reading: HTMLElement): void {
  const { data, store } = page;
  const agents = data.agents.slice(0, agents_max_count);
  const draw = (): void => {
    const { from_s, to_s } = store.view;
    const frame = laneFrame(page, host, 34 + row * agents.length, 'Messages');
    const layer = svg('g');
    agents.forEach((agent, k) => {
      const y = 8 + row * k;
      layer.append(svg('text', { class: 'tick', x: 52, y: y + 9, 'text-anchor': 'end' }, agent.id));
      const colour = page.colour(agent.device);
      const group = data.groups.find(({ name }) => name === agent.group);
      if (agent.saidAt_s.length === 0) {
        if (agent.said_count === 0) return;
        const begin = Math.max(from_s, group?.starts_s ?? 0);
        if (begin < to_s) {
          const bar = svg('rect', {
            class: 'regular',
            x: frame.x(begin),
            y: y + 3,
            width: Math.max(0, frame.x(to_s) - frame.x(begin)),
            height: 6,
          });
          bar.style.fill = colour;
          layer.append(bar);
        }
        return;
      }
      let path = '';
      let before = -1;
      for (const at_s of agent.saidAt_s) {
        if (at_s < from_s || at_s > to_s) continue;
        const x = Math.round(frame.x(at_s) * 2) / 2;
        if (x === before) continue;
        before = x;
        path += `M${x} ${y + 1}v10`;
      }
      const marks = svg('path', { class: 'said', d: path });
      marks.style.stroke = colour;
      layer.append(marks);
    });
    frame.root.prepend(layer);
  };
  const sum = (of: (agent: (typeof data.agents)[number]) => number): number => data.agents.reduce((total, agent) => total + of(agent), 0);
  reading.append(
    html('span', {}, `${fixed(sum(({ messages_count }) => messages_count))} messages, ${fixed(sum(({ lost_count }) => lost_count))} lost`),
  );
  store.on(['from_s', 'to_s', 'drawing'], draw);
  if (widthOf(host) > 0) draw();
}
