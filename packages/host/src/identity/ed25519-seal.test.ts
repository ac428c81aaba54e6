import { EnvelopeWriter, envelopeSize_max_count, type Message } from '@gridflock/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ed25519Seal } from './ed25519-seal.ts';
import type { Register } from './register.ts';
import { SecretKey } from './secret-key.ts';
import { Society } from './testing/society.ts';

const writer = new EnvelopeWriter();
const note = (round = 0): Message => ({ kind: 'note', round, body: { p_kW: 1 } });
const from = (id: string, round = 0): Uint8Array => writer.write(id, 'net', note(round));
const start_ms = Date.UTC(2026, 10, 28, 12);

describe('a seal', () => {
  let society: Society;
  let register: Register;
  let now_ms: number;
  const sealOf = (id: string, run = 'r'): Ed25519Seal => new Ed25519Seal({ run, register, key: society.keyOf(id), now_ms: () => now_ms });

  beforeEach(async () => {
    now_ms = start_ms;
    society = new Society();
    society.enrol('a');
    society.enrol('b', { rate_max_per_s: 10 });
    society.enrol('net', { role: 'net' });
    register = await society.register();
  });
  afterEach(() => society.remove());

  /** A listener that has begun a second ago. */
  const listener = (): Ed25519Seal => {
    const seal = sealOf('net');
    now_ms += 1000;
    return seal;
  };

  it('lets through what its sender has sealed, byte for byte, in any order and in a crowd', () => {
    const net = listener();
    const [a, b] = [sealOf('a'), sealOf('b')];
    const said = [a.close('a', from('a', 1)), b.close('b', from('b', 1)), a.close('a', from('a', 2)), a.close('a', from('a', 3))];
    expect([3, 1, 0, 2].map((k) => net.open(said[k]!))).toEqual([from('a', 3), from('b', 1), from('a', 1), from('a', 2)]);
  });

  it('notices every byte that was changed', () => {
    const net = listener();
    const sealed = sealOf('a').close('a', from('a'));
    const envelope_count = sealed.length - 80;
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed, (byte, i) => (i === at ? byte ^ 0x10 : byte));
      const verdict = net.open(changed);
      expect(typeof verdict === 'string' ? verdict : 'believed').not.toBe('believed');
      if (at >= 17 && at < envelope_count) expect(verdict).toBe('wrong signature');
      now_ms += 1;
    }
    expect(net.open(sealed)).toEqual(from('a'));
  });

  it('drops what another key has signed, and what is signed for another run', () => {
    const net = listener();
    const thief = new Ed25519Seal({ run: 'r', register, key: society.keyOf('b'), now_ms: () => now_ms });
    // b takes a's name with its own key
    const forged = Uint8Array.from(thief.close('b', from('b')));
    forged[16] = 'a'.charCodeAt(0);
    expect(net.open(forged)).toBe('unknown key');
    // … and the number of a's key
    forged.set(sealOf('a').close('a', from('a')).subarray(-78, -72), forged.length - 78);
    expect(net.open(forged)).toBe('wrong signature');
    expect(net.open(sealOf('a', 'yesterday').close('a', from('a')))).toBe('wrong signature');
  });

  it('drops who is not enrolled, too early, too late, or revoked', async () => {
    society.enrol('early', { valid_from: '2026-11-29T00:00:00Z' });
    society.enrol('late', { valid_to: '2026-11-28T12:00:00+01:00' });
    society.enrol('stolen');
    society.enrol('gone');
    register = await society.register();
    const net = listener();
    const others = ['early', 'late', 'stolen', 'gone', 'a'].map((id) => sealOf(id).close(id, from(id)));
    society.revoke(2, { key: society.keyOf('stolen').public.text, why: 'broken into' }, { agent: 'gone' });
    await register.refresh();
    expect(others.map((sealed) => net.open(sealed)).map((it) => (typeof it === 'string' ? it : 'believed'))).toEqual([
      'not valid yet',
      'expired',
      'revoked',
      'revoked',
      'believed',
    ]);
    const stranger = new Society();
    stranger.enrol('mallory');
    const elsewhere = new Ed25519Seal({
      run: 'r',
      register: await stranger.register(),
      key: stranger.keyOf('mallory'),
      now_ms: () => now_ms,
    });
    expect(net.open(elsewhere.close('mallory', from('mallory')))).toBe('unknown sender');
    stranger.remove();
  });

  it('drops what was heard before, and tells it apart from what is wrong', () => {
    const net = listener();
    const sealed = sealOf('a').close('a', from('a'));
    expect(net.open(sealed)).toEqual(from('a'));
    expect(net.open(sealed)).toBe('replayed');
    expect(net.open(Uint8Array.from(sealed))).toBe('replayed');
  });

  it('drops what is too old, and what comes from the future', () => {
    const net = listener();
    const a = sealOf('a');
    const old = a.close('a', from('a'));
    now_ms += 61_000;
    expect(net.open(old)).toBe('stale');
    now_ms += 61_000;
    const ahead = sealOf('a').close('a', from('a'));
    now_ms -= 61_000;
    expect(net.open(ahead)).toBe('from the future');
  });

  it('drops what was said before the listener began: it may have been heard in an earlier life', () => {
    const first = listener();
    const a = sealOf('a');
    const sealed = a.close('a', from('a'));
    expect(first.open(sealed)).toEqual(from('a'));
    now_ms += 10;
    const reborn = sealOf('net');
    expect(reborn.open(sealed)).toBe('stale');
    now_ms += 10;
    expect(reborn.open(a.close('a', from('a')))).toEqual(from('a'));
  });

  it('is believed after its sender has started again, without anything kept of its counter', () => {
    const net = listener();
    for (let life = 0; life < 3; life++) {
      const a = sealOf('a');
      for (let k = 0; k < 50; k++) expect(net.open(a.close('a', from('a', k)))).toEqual(from('a', k));
      now_ms += 1;
    }
  });

  it('stops a flood of one sender before its signatures are looked at, and hears the others', () => {
    const net = listener();
    const [a, b] = [sealOf('a'), sealOf('b')];
    const counts = new Map<string, number>();
    for (let k = 0; k < 500; k++) {
      const verdict = net.open(b.close('b', from('b', k)));
      const word = typeof verdict === 'string' ? verdict : 'believed';
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    // 80 at once, of which each took a little more than one for its bytes
    expect(Object.fromEntries(counts)).toEqual({ believed: 79, 'too fast': 421 });
    // a wrong signature is not even looked at then
    const forged = Uint8Array.from(b.close('b', from('b')));
    forged[forged.length - 1]! ^= 1;
    expect(net.open(forged)).toBe('too fast');
    expect(net.open(a.close('a', from('a')))).toEqual(from('a'));
    now_ms += 1000;
    expect(net.open(b.close('b', from('b')))).toEqual(from('b'));
  });

  it('looks at the size before anything else', () => {
    expect(listener().open(new Uint8Array(envelopeSize_max_count + 1))).toBe('oversized');
    expect(listener().open(from('a'))).toBe('unsealed');
  });

  it('is not made for an agent whose key is not there: SEAL_NO_KEY', () => {
    const a = sealOf('a');
    expect(() => a.close('b', from('b'))).toThrow(expect.objectContaining({ code: 'SEAL_NO_KEY' }));
    expect(() => a.close('nobody', from('nobody'))).toThrow(expect.objectContaining({ code: 'SEAL_NO_KEY' }));
  });

  it('knows an agent by its new key as soon as that is enrolled, and by the old one no more', async () => {
    const net = listener();
    const old = sealOf('a');
    const before = old.close('a', from('a'));
    const again = old.close('a', from('a'));
    expect(net.open(before)).toEqual(from('a'));
    society.enrol('a', {}, SecretKey.generate());
    society.publish(2);
    await register.refresh();
    expect(net.open(again)).toBe('unknown key');
    now_ms += 1;
    expect(net.open(sealOf('a').close('a', from('a')))).toEqual(from('a'));
  });
});
