import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ed25519Notary } from './ed25519-notary.ts';
import type { Register } from './register.ts';
import { Society } from './testing/society.ts';

describe('statements of agents', () => {
  const society = new Society();
  let register: Register;
  const notaryOf = (id: string, run = 'r', now_ms = Date.now): Ed25519Notary =>
    new Ed25519Notary({ run, register, key: society.keyOf(id), now_ms });

  beforeAll(async () => {
    society.enrol('store', { nets: ['net farm'] });
    society.enrol('sun', { nets: ['net farm', 'net mill'], valid_to: '2030-01-01T00:00:00Z' });
    society.enrol('net farm', { role: 'net', nets: ['net farm'] });
    society.enrol('thief', { nets: ['net farm'] });
    register = await society.register();
    society.revoke(2, { agent: 'thief', why: 'stolen' });
    await register.refresh();
  });
  afterAll(() => {
    register.close();
    society.remove();
  });

  it('are believed of who is enrolled at that net, in that run, word for word', () => {
    const signature = notaryOf('store').sign('store', 'my key is 7');
    const judge = notaryOf('sun');
    expect(judge.confirms('store', 'net farm', 'my key is 7', signature)).toBe(true);
    expect(judge.confirms('store', 'net mill', 'my key is 7', signature)).toBe(false);
    expect(judge.confirms('store', 'net farm', 'my key is 8', signature)).toBe(false);
    expect(judge.confirms('sun', 'net farm', 'my key is 7', signature)).toBe(false);
    expect(judge.confirms('store', 'net farm', 'my key is 7', new Uint8Array(64))).toBe(false);
    expect(notaryOf('sun', 'another').confirms('store', 'net farm', 'my key is 7', signature)).toBe(false);
  });

  it('are not believed of nets, strangers, who is revoked, or whose time is over', () => {
    const judge = notaryOf('store');
    const says = (id: string): boolean => judge.confirms(id, 'net farm', 'x', notaryOf(id).sign(id, 'x'));
    expect(says('sun')).toBe(true);
    expect(says('net farm')).toBe(false);
    expect(says('thief')).toBe(false);
    expect(judge.confirms('mallory', 'net farm', 'x', notaryOf('thief').sign('mallory', 'x'))).toBe(false);
    const later = notaryOf('store', 'r', () => Date.parse('2031-01-01T00:00:00Z'));
    expect(later.confirms('sun', 'net farm', 'x', notaryOf('sun').sign('sun', 'x'))).toBe(false);
  });
});
