import { describe, expect, it } from 'vitest';
import { type Observation, sizeOnWire_count } from './role.ts';
import { Wiretap } from './wiretap.ts';

const observation = (from: string, body: Observation['message']['body'], fate: Observation['fate'] = 'delivered'): Observation => ({
  from,
  to: 'b1',
  message: { kind: 'offer', round: 3, body },
  fate,
  at_s: 0,
});

describe('sizeOnWire_count', () => {
  it('counts header, kind, field ids, numbers, arrays and texts', () => {
    expect(sizeOnWire_count({ kind: 'offer', round: 1, body: {} })).toBe(16 + 5);
    expect(sizeOnWire_count({ kind: 'offer', round: 1, body: { p: 1, q: new Float64Array(3), text: 'abc' } })).toBe(
      16 + 5 + (2 + 8) + (2 + 24) + (2 + 3),
    );
  });

  it('counts texts in UTF-8', () => {
    expect(sizeOnWire_count({ kind: '', round: 1, body: { text: 'Zürich' } })).toBe(16 + 2 + 7);
    expect(sizeOnWire_count({ kind: 'é', round: 1, body: { text: '电网 ⚡ 🔋' } })).toBe(16 + 2 + 2 + 6 + 1 + 3 + 1 + 4);
  });
});

describe('Wiretap', () => {
  it('groups by role, kind and fields, and counts messages, bytes and losses', () => {
    const wiretap = new Wiretap((id) => id[0]);
    for (const o of [observation('a1', { p: 1 }), observation('a2', { p: 2 }, 'lost'), observation('a1', { p: 1, q: 2 }, 'duplicated')]) {
      wiretap.observe(o);
    }
    expect(wiretap.traffic()).toEqual([
      { from: 'a', to: 'b', kind: 'offer', fields: ['p'], messages_count: 2, bytes_count: 2 * 31 },
      { from: 'a', to: 'b', kind: 'offer', fields: ['p', 'q'], messages_count: 1, bytes_count: 41 },
    ]);
    expect([wiretap.messages_count, wiretap.bytes_count, wiretap.lost_count]).toEqual([3, 103, 1]);
  });
});
