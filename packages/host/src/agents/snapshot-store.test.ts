import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InputError } from '@gridflock/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SnapshotStore } from './snapshot-store.ts';

const owner = 'run r, configuration 1';
let folder: string;
let log: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'gridflock-state-')), 'state');
  log = join(folder, 'snapshots.log');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const open = (): SnapshotStore => new SnapshotStore(folder, { owner });
const codeOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return (error as InputError).code;
  }
  return 'nothing was thrown';
};
const snapshotOf = (round: number) => ({ round, name: 'net 6', power_kW: Float64Array.of(0.1, -0, Number.NaN, round) });

/** As after kill −9: the lock stays. */
const killed = (store: SnapshotStore): void => {
  const lock = readFileSync(join(folder, 'lock'), 'utf8');
  store.close();
  writeFileSync(join(folder, 'lock'), lock.replace(/^\d+/, '999999999'));
};

describe('snapshots on disk', () => {
  it('give back the last one of each agent, bit for bit', () => {
    const store = open();
    for (let round = 0; round < 5; round++) {
      store.keep('a', snapshotOf(round));
      store.keep('b c', snapshotOf(10 * round));
    }
    expect(store.cost.kept_count).toBe(10);
    killed(store);
    const again = open();
    expect([...again.agents].sort()).toEqual(['a', 'b c']);
    expect(again.recall('a')).toEqual(snapshotOf(4));
    expect(again.recall('b c')).toEqual(snapshotOf(40));
    expect(again.recall('nobody')).toBeUndefined();
    again.close();
  });

  it('fall back on the one before when a process was killed in the middle of writing, wherever that was', () => {
    const store = open();
    store.keep('a', snapshotOf(1));
    const whole_bytes = statSync(log).size;
    store.keep('a', snapshotOf(2));
    const end_bytes = statSync(log).size;
    killed(store);
    const bytes = readFileSync(log);
    for (let size = whole_bytes; size <= end_bytes; size++) {
      writeFileSync(log, bytes);
      truncateSync(log, size);
      const again = open();
      expect(again.recall('a')).toEqual(snapshotOf(size === end_bytes ? 2 : 1));
      again.keep('a', snapshotOf(3));
      killed(again);
      const third = open();
      expect(third.recall('a')).toEqual(snapshotOf(3));
      killed(third);
    }
  });

  it('are refused when they are damaged: STATE_DAMAGED, whatever bit it is', () => {
    const store = open();
    for (let round = 0; round < 3; round++) store.keep('a', snapshotOf(round));
    killed(store);
    const bytes = readFileSync(log);
    for (let at = 0; at < bytes.length; at++) {
      const broken = Buffer.from(bytes);
      broken[at]! ^= 0x10;
      writeFileSync(log, broken);
      expect([at, codeOf(open)]).toEqual([at, 'STATE_DAMAGED']);
    }
    writeFileSync(log, '');
    expect(codeOf(open)).toBe('STATE_DAMAGED');
  });

  it('of another run or configuration are refused: STATE_FOREIGN', () => {
    open().close();
    expect(codeOf(() => new SnapshotStore(folder, { owner: 'somebody else' }))).toBe('STATE_FOREIGN');
    open().close();
  });

  it('belong to one process at a time: STATE_IN_USE', () => {
    const store = open();
    expect(codeOf(open)).toBe('STATE_IN_USE');
    store.close();
    open().close();
    // a process with the same number that began at another time is another process
    writeFileSync(join(folder, 'lock'), `${process.pid} 1`);
    open().close();
  });

  it('do not grow without end, and leave nothing behind', () => {
    const store = open();
    const large = { values: new Float64Array(1 << 15).fill(Math.PI) };
    for (let round = 0; round < 100; round++) store.keep('a', large);
    expect(store.cost.written_bytes).toBeGreaterThan(100 * 8 * (1 << 15));
    expect(statSync(log).size).toBeLessThan(7 << 20);
    store.close();
    const again = open();
    expect(again.recall('a')).toEqual(large);
    expect(readdirSync(folder).sort()).toEqual(['lock', 'snapshots.log']);
    again.remove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may be larger than a message, and may wait for the disk', () => {
    const store = new SnapshotStore(folder, { owner, fsync: true });
    const large = { values: new Float64Array(1 << 18).fill(1) };
    store.keep('a', large);
    killed(store);
    const again = open();
    expect(again.recall('a')).toEqual(large);
    again.close();
  });

  it('say what is wrong with the folder', () => {
    writeFileSync(join(folder, '..', 'file'), '');
    expect(codeOf(() => new SnapshotStore(join(folder, '..', 'file', 'state'), { owner }))).toBe('OUT_NOT_WRITABLE');
    expect(existsSync(folder)).toBe(false);
    open().close();
    appendFileSync(log, Buffer.alloc(3));
    open().close();
  });
});
