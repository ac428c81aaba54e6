import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Letter, Mailbox } from '../contract.ts';
import { letterSize_max_bytes } from '../letter.ts';

/** What a suite asks of a way to keep letters. */
export interface LettersUnderTest {
  /** Another mailbox on the same letters. */
  openMailbox(): Promise<Mailbox>;
  /** kill −9 and return of what keeps the letters; undefined where that is this process. */
  readonly interrupt?: ((gone_ms: number) => Promise<void>) | undefined;
  /** Whether letters are still there when the broker has died and whoever posted them has gone. */
  readonly onDisk: boolean;
}

const letter = (id: string, text = id): Letter => ({ id, payload: Buffer.from(text) });

/** What every mailbox does with letters. */
export function mailboxConformance(name: string, letters: () => LettersUnderTest): void {
  describe(`${name} keeps the contract of mailboxes:`, () => {
    const open: Mailbox[] = [];
    let places_count = 0;

    const openMailbox = async (): Promise<Mailbox> => {
      const mailbox = await letters().openMailbox();
      open.push(mailbox);
      return mailbox;
    };
    const newPlace = (): string => `gridflock.letters-${name.replaceAll(/\W/g, '')}-${places_count++}.receiver`;
    /** Collects into a list: id, text and subject of each letter. */
    const collect = async (place: string, mailbox?: Mailbox, taking_ms = 0): Promise<{ heard: string[]; stop: () => Promise<void> }> => {
      const heard: string[] = [];
      const stop = await (mailbox ?? (await openMailbox())).collect(place, async ({ id, payload }, subject) => {
        if (taking_ms > 0) await pause(taking_ms);
        heard.push(`${subject.slice(place.length)} ${id} ${Buffer.from(payload).toString()}`);
      });
      return { heard, stop };
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((mailbox) => mailbox.close()));
    });

    it('keeps a letter for who is away, and gives it once when he comes', async () => {
      const place = newPlace();
      const poster = await openMailbox();
      await poster.post(`${place}.a`, letter('one', 'bytes \0 of \u{1f50b} a letter'));
      await poster.post(`${place}.b`, { id: 'empty', payload: new Uint8Array(0) });
      const { heard } = await collect(place);
      await expect.poll(() => [...heard].sort(), { timeout: 5000 }).toEqual(['.a one bytes \0 of \u{1f50b} a letter', '.b empty ']);
      await pause(200);
      expect(heard).toHaveLength(2);
    });

    it('gives a letter that is posted while he listens, and none of another place', async () => {
      const place = newPlace();
      const poster = await openMailbox();
      const { heard } = await collect(place);
      await poster.post(`${place}2.a`, letter('other'));
      await poster.post(`${place}.a`, letter('mine'));
      await expect.poll(() => heard, { timeout: 5000 }).toEqual(['.a mine mine']);
    });

    it('takes the same letter, posted twice, for one', async () => {
      const place = newPlace();
      const [poster, again] = [await openMailbox(), await openMailbox()];
      await poster.post(`${place}.a`, letter('x'));
      await again.post(`${place}.a`, letter('x'));
      const { heard } = await collect(place);
      await again.post(`${place}.a`, letter('x'));
      await poster.post(`${place}.a`, letter('y'));
      await expect.poll(() => [...heard].sort(), { timeout: 5000 }).toEqual(['.a x x', '.a y y']);
    });

    it('gives every one of 200 letters once, though he stops and comes again in between', async () => {
      const place = newPlace();
      const poster = await openMailbox();
      const ids = Array.from({ length: 200 }, (_, k) => `n${k}`);
      const posted = Promise.all(ids.map((id) => poster.post(`${place}.a`, letter(id))));
      const taken: string[] = [];
      for (let life = 0; life < 3; life++) {
        const mailbox = await openMailbox();
        const { heard, stop } = await collect(place, mailbox, 5);
        await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(life < 2 ? 20 : ids.length - taken.length - 1);
        await stop();
        taken.push(...heard);
        // a letter of which the broker was told in time is not given again; those last words need a moment
        await pause(100);
        await mailbox.close();
      }
      await posted;
      expect(taken.sort()).toEqual(ids.map((id) => `.a ${id} ${id}`).sort());
    }, 40_000);

    it('gives a letter again whose taking failed, until it has been taken', async () => {
      const place = newPlace();
      const [poster, receiver] = [await openMailbox(), await openMailbox()];
      let attempts_count = 0;
      await receiver.collect(place, async () => {
        attempts_count++;
        await pause(10);
        if (attempts_count === 1) throw new Error('no room on the disk');
      });
      await poster.post(`${place}.a`, letter('x'));
      await expect.poll(() => attempts_count, { timeout: 5000 }).toBe(2);
      await pause(1300);
      expect(attempts_count).toBe(2);
    });

    it('refuses what is too large and posts nothing after it was closed', async () => {
      const place = newPlace();
      const poster = await openMailbox();
      const large = { id: 'large', payload: new Uint8Array(letterSize_max_bytes) };
      await poster.post(`${place}.a`, large);
      await expect(poster.post(`${place}.a`, { id: 'x', payload: new Uint8Array(letterSize_max_bytes + 1) })).rejects.toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
      });
      await expect(poster.post(`${place}.a`, letter('a.b'))).rejects.toMatchObject({ code: 'BUG_UNEXPECTED' });
      await poster.close();
      await expect(poster.post(`${place}.a`, letter('x'))).rejects.toMatchObject({ code: 'MAILBOX_CLOSED' });
      const sizes: number[] = [];
      await (await openMailbox()).collect(place, ({ payload }) => void sizes.push(payload.length));
      await expect.poll(() => sizes, { timeout: 5000 }).toEqual([letterSize_max_bytes]);
    });

    it('gives what was posted before the broker died, when it is back', async ({ skip }) => {
      const { interrupt, onDisk } = letters();
      if (interrupt === undefined) return skip('there is no broker');
      const place = newPlace();
      const poster = await openMailbox();
      await poster.post(`${place}.a`, letter('x'));
      if (onDisk) {
        await poster.close();
        // mosquitto writes what has changed a moment later
        await pause(1500);
      }
      await interrupt(200);
      const { heard } = await collect(place);
      await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['.a x x']);
      await pause(500);
      expect(heard).toHaveLength(1);
    }, 30_000);

    it('posts what was to be posted while the broker was away, and who listened before hears it', async ({ skip }) => {
      const { interrupt } = letters();
      if (interrupt === undefined) return skip('there is no broker');
      const place = newPlace();
      const poster = await openMailbox();
      const { heard } = await collect(place);
      await poster.post(`${place}.a`, letter('before'));
      await expect.poll(() => heard, { timeout: 5000 }).toEqual(['.a before before']);
      await pause(100);
      const back = interrupt(500);
      await pause(100);
      await poster.post(`${place}.a`, letter('while'));
      await back;
      await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['.a before before', '.a while while']);
      await pause(500);
      expect(heard).toHaveLength(2);
    }, 40_000);
  });
}
