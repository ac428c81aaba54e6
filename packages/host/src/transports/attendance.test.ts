import type { Message } from '@gridflock/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Attendance, beatKind, type PresenceChange } from './attendance.ts';

let changes: string[];
beforeEach(() => {
  changes = [];
});
const attendanceOf = (life: number, absence_ms = 100): Attendance =>
  new Attendance(life, absence_ms, ({ agent, state }: PresenceChange) => void changes.push(`${agent} ${state}`));

describe('attendance', () => {
  it('introduces two agents to each other in three beats, whoever comes first', () => {
    const [a, b] = [attendanceOf(1), attendanceOf(2)];
    // the first beat of a finds nobody
    expect(a.hearBeat('b', b.beatTo('a', 0, false), 0)).toBe('answer');
    expect(b.hearBeat('a', a.beatTo('b', 0, false), 0)).toBe('fine');
    expect(a.hearBeat('b', b.beatTo('a', 1, false), 0)).toBe('fine');
    expect([a.isHere('b'), b.isHere('a')]).toEqual([true, true]);
    expect(changes).toEqual(['b here', 'a here']);
  });

  it('tells who has gone silent, and who is back', () => {
    const a = attendanceOf(1);
    const b = attendanceOf(2);
    a.hearBeat('b', b.beatTo('a', 0, false), 0);
    a.look(100);
    expect(a.isMissing('b')).toBe(false);
    a.look(101);
    a.look(5000);
    expect(a.isMissing('b')).toBe(true);
    expect(a.lastHeard('b', 5000)).toBe('last heard 5 s ago');
    expect(a.heard('b', 5001)).toBe(true);
    expect(a.isMissing('b')).toBe(false);
    expect(changes).toEqual(['b here', 'b silent', 'b back']);
  });

  it('does not take for silent who cannot be heard because the broker is away', () => {
    const a = attendanceOf(1);
    a.heard('b', 0);
    a.pardon(5000);
    a.look(5050);
    expect(changes).toEqual(['b here']);
    a.look(5101);
    expect(changes).toEqual(['b here', 'b silent']);
  });

  it('knows who was started anew, so that what was lost with the old life is said again', () => {
    const a = attendanceOf(1);
    a.hearBeat('b', attendanceOf(2).beatTo('a', 70, false), 0);
    expect(a.hearBeat('b', attendanceOf(3).beatTo('a', 0, false), 10)).toBe('again');
    expect(changes).toEqual(['b here', 'b back']);
  });

  it('believes the last word about being done, and waits for nobody who is', () => {
    const a = attendanceOf(1);
    const b = attendanceOf(2);
    a.hearBeat('b', b.beatTo('a', 5, true), 0);
    // overtaken on the way
    a.hearBeat('b', b.beatTo('a', 4, false), 1);
    expect(a.isDone('b')).toBe(true);
    a.look(1e6);
    expect([a.isMissing('b'), changes]).toEqual([false, ['b here', 'b done']]);
    // a new life that has forgotten is not done
    a.hearBeat('b', attendanceOf(3).beatTo('a', 0, false), 2e6);
    expect(a.isDone('b')).toBe(false);
  });

  it('takes a farewell before the end for what it is', () => {
    const a = attendanceOf(1);
    const b = attendanceOf(2);
    expect(a.hearBeat('b', b.beatTo('a', 0, false, true), 0)).toBe('fine');
    expect([a.isMissing('b'), a.lastHeard('b', 0), a.isMissing('nobody')]).toEqual([true, 'has left', true]);
    a.hearBeat('b', attendanceOf(3).beatTo('a', 0, false), 5);
    expect(a.isMissing('b')).toBe(false);
  });

  it('does not understand a beat with anything but its four fields', () => {
    const fine = attendanceOf(2).beatTo('a', 0, false).body;
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(fine)),
        fc.oneof(fc.constant(undefined), fc.string(), fc.constant(Float64Array.of(1)), fc.double({ min: 1.5, max: 9 })),
        (name, value) => {
          const body = { ...fine, [name]: value } as Message['body'];
          const broken = name !== 'life' || typeof value !== 'number';
          expect(attendanceOf(1).hearBeat('b', { kind: beatKind, round: 0, body }, 0) === undefined).toBe(broken);
        },
      ),
    );
    expect(changes.every((change) => change === 'b here')).toBe(true);
  });
});
