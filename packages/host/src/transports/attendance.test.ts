import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Attendance } from './attendance.ts';

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, k) => `agent ${k}`);

describe('attendance', () => {
  it('is complete when the last has come, whatever the count', () => {
    for (const count of [1, 31, 32, 33, 64, 100]) {
      const attendance = new Attendance(idsOf(count));
      for (const id of idsOf(count)) {
        expect(attendance.everyoneHere).toBe(false);
        attendance.markHere(id);
      }
      expect(attendance.everyoneHere).toBe(true);
      expect(attendance.everyoneDone).toBe(false);
      expect(attendance.undone).toHaveLength(count);
    }
  });

  it('reaches everybody by hearsay, and tells who knows less', () => {
    const [a, b, c] = [0, 1, 2].map(() => new Attendance(idsOf(70)));
    a!.markHere('agent 69');
    b!.markDone('agent 31');
    expect(b!.hear(a!.told(0))).toBe('less');
    expect(c!.hear(b!.told(0))).toBe('as much');
    expect(a!.hear(c!.told(0))).toBe('as much');
    for (const each of [a, b, c]) {
      expect(each!.absent).not.toContain('agent 69');
      expect(each!.undone).not.toContain('agent 31');
    }
  });

  it('does not understand who counts by another list', () => {
    expect(new Attendance(['a', 'b']).hear(new Attendance(['a', 'c']).told(0))).toBeUndefined();
    expect(new Attendance(['ab', 'c']).hear(new Attendance(['a', 'bc']).told(0))).toBeUndefined();
    expect(new Attendance(['b', 'a']).hear(new Attendance(['a', 'b']).told(0))).toBe('as much');
  });

  it('lets nothing but sets of the right size in', () => {
    const attendance = new Attendance(idsOf(40));
    const { body, ...rest } = attendance.told(0);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.nat()), { maxLength: 3 }), (words) => {
        const fits = words.length === 2 && words.every((word) => word >>> 0 === word);
        expect(new Attendance(idsOf(40)).hear({ ...rest, body: { ...body, here: Float64Array.from(words) } }) !== undefined).toBe(fits);
      }),
    );
  });
});
