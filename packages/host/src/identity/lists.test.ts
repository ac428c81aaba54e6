import { rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { enrolmentDomain, enrolmentOf, readEnrolment } from './enrolment.ts';
import type { Register } from './register.ts';
import { readRevocations, revocationDomain, revocationsOf } from './revocations.ts';
import { SecretKey } from './secret-key.ts';
import { checkSignature, type PlainMap, readPlainMap, signDocument, signText } from './signed-document.ts';
import { Society } from './testing/society.ts';

const operator = SecretKey.generate();
const key = SecretKey.generate();
const agent: PlainMap = { id: 'battery 2', key: key.public.text, nets: ['net 18'] };
const listOf = (...agents: PlainMap[]): PlainMap => ({ enrolment: 1, serial: 3, agents });
const signed = (document: PlainMap, domain = enrolmentDomain): string => signDocument(domain, document, operator);
const faultOf = (action: () => unknown): { code: string; message: string } => {
  try {
    action();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was refused');
};

describe('a signed document', () => {
  it('means the same in YAML and JSON, in another order and with comments', () => {
    const text = signed(listOf(agent));
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([name, each]) => [name, reversed(each)]),
            )
          : value;
    for (const spelling of [text, JSON.stringify(parse(text)), `# made on Monday\n${stringify(reversed(parse(text)))}`]) {
      expect(readEnrolment(spelling, operator.public, 'list').agents.get('battery 2')?.key.text).toBe(key.public.text);
    }
  });

  it('is refused when any value in it was changed: ENROLMENT_FORGED', () => {
    const text = signed(listOf({ ...agent, p_min_kW: 0, p_max_kW: 20, q_max_kvar: 5 }));
    for (const [was, is] of [
      ['p_max_kW: 20', 'p_max_kW: 21'],
      ['serial: 3', 'serial: 4'],
      ['battery 2', 'battery 3'],
      ['net 18', 'net 1'],
    ] as const) {
      expect(faultOf(() => readEnrolment(text.replace(was, is), operator.public, 'list')).code).toBe('ENROLMENT_FORGED');
    }
    expect(faultOf(() => readEnrolment(text, SecretKey.generate().public, 'list')).code).toBe('ENROLMENT_FORGED');
    expect(faultOf(() => readEnrolment(text.replace(/signature: .*/, 'signature: x'), operator.public, 'list')).code).toBe(
      'ENROLMENT_FORGED',
    );
    expect(faultOf(() => readEnrolment(text.replace(/signature: .*/, ''), operator.public, 'list')).code).toBe('ENROLMENT_UNSIGNED');
  });

  it('keeps its comments when it is signed, and gets a new serial number each time', () => {
    const text = `# who takes part\nenrolment: 1\nagents: # so far\n  - id: a\n    key: ${key.public.text}\n    nets: [net 1]\n`;
    const once = signText(enrolmentDomain, text, operator, 'list');
    const twice = signText(enrolmentDomain, once, operator, 'list');
    expect(twice).toContain('# who takes part');
    expect(twice).toContain('# so far');
    expect([once, twice].map((each) => readEnrolment(each, operator.public, 'list').serial)).toEqual([1, 2]);
    const json = signText(enrolmentDomain, JSON.stringify(parse(text)), operator, 'list');
    expect(readEnrolment(json, operator.public, 'list').serial).toBe(1);
  });

  it('does not stand for a document of another sort', () => {
    const document = { revocation: 1, serial: 3, revoked: [] };
    expect(readRevocations(signed(document, revocationDomain), operator.public, 'list').serial).toBe(3);
    expect(faultOf(() => readRevocations(signed(document), operator.public, 'list')).code).toBe('ENROLMENT_FORGED');
  });

  it('can be signed again, by what it was read to', () => {
    const once = signed(listOf(agent));
    expect(signed(readPlainMap(once, 'list'))).toBe(once);
  });

  it('signs different texts for different documents', () => {
    const plain = fc.jsonValue({ maxDepth: 3, noUnicodeString: false }).filter((value) => JSON.stringify(value) !== undefined);
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        const [mine, theirs] = [{ x: one }, { x: other }].map((document) => JSON.parse(JSON.stringify(document)) as PlainMap);
        const text = signed(mine!);
        checkSignature(enrolmentDomain, readPlainMap(text, 'list'), operator.public, 'list');
        const swapped = { ...theirs!, signature: readPlainMap(text, 'list')['signature']! };
        const same = JSON.stringify(sorted(mine)) === JSON.stringify(sorted(theirs));
        let believed = true;
        try {
          checkSignature(enrolmentDomain, swapped, operator.public, 'list');
        } catch {
          believed = false;
        }
        expect(believed).toBe(same);
      }),
      { numRuns: 40 },
    );
  });

  it('is not YAML of any other kind: IDENTITY_SYNTAX', () => {
    for (const text of ['', 'a: [', '- 1', 'x', 'a: 1\na: 2', 'a: &b [1]\nc: *b', 'a: 1\n---\nb: 2', '[1]: 2']) {
      expect(faultOf(() => readPlainMap(text, 'list.yaml')).code).toBe('IDENTITY_SYNTAX');
    }
  });
});

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, each]) => [name, sorted(each)])
    : Array.isArray(value)
      ? { list: value.map(sorted) }
      : value;

describe('an enrolment', () => {
  it('has defaults that limit nothing but the rate', () => {
    const list = enrolmentOf(
      listOf(agent, { ...agent, id: 'feeder', nets: ['net 1', 'net 2'] }, { id: 'convener', key: key.public.text, role: 'convener' }),
      'list',
    );
    expect(list.serial).toBe(3);
    expect(list.agents.get('battery 2')).toMatchObject({
      role: 'participant',
      nets: ['net 18'],
      limits: undefined,
      rate_max_per_s: 1000,
      validFrom_ms: Number.NEGATIVE_INFINITY,
      validTo_ms: Number.POSITIVE_INFINITY,
      nkey: undefined,
      passwordHash: undefined,
    });
    expect([list.agents.get('feeder')?.rate_max_per_s, list.agents.get('convener')?.rate_max_per_s]).toEqual([2000, 10_000]);
  });

  it('says what it does not understand, and where', () => {
    const wrong: readonly (readonly [PlainMap, string, string])[] = [
      [{ key: 'ed25519:short' }, 'IDENTITY_VALUE_INVALID', 'agents[0].key'],
      [{ id: 7 }, 'IDENTITY_VALUE_INVALID', 'agents[0].id'],
      [{ id: 'é'.repeat(128) }, 'IDENTITY_VALUE_INVALID', 'agents[0].id'],
      [{ role: 'king' }, 'IDENTITY_VALUE_INVALID', 'participant, net, convener'],
      [{ nets: [] }, 'IDENTITY_VALUE_INVALID', 'agents[0].nets'],
      [{ nets: 'net 18' }, 'IDENTITY_VALUE_INVALID', 'a list of texts'],
      [{ p_min_kW: 1, p_max_kW: 0, q_max_kvar: 0 }, 'IDENTITY_VALUE_INVALID', 'at most p_max_kW'],
      [{ p_min_kW: -1, p_max_kW: 1 }, 'IDENTITY_VALUE_INVALID', '"agents[0].q_max_kvar" is missing'],
      [{ p_max_kW: '5' }, 'IDENTITY_VALUE_INVALID', 'agents[0].p_max_kW'],
      [{ q_max_kvar: -1 }, 'IDENTITY_VALUE_INVALID', 'agents[0].q_max_kvar'],
      [{ rate_max_per_s: 0 }, 'IDENTITY_VALUE_INVALID', 'agents[0].rate_max_per_s'],
      [{ valid_from: 'yesterday' }, 'IDENTITY_VALUE_INVALID', '2026-11-28T00:00:00Z'],
      [{ valid_from: '2026-13-01T00:00:00Z' }, 'IDENTITY_VALUE_INVALID', 'agents[0].valid_from'],
      [{ valid_from: '2027-01-01T00:00:00Z', valid_to: '2026-01-01T00:00:00Z' }, 'IDENTITY_VALUE_INVALID', 'before valid_to'],
      [{ login: { nats: 'UABC' } }, 'IDENTITY_VALUE_INVALID', 'agents[0].login.nats'],
      [{ login: { mqtt: 'secret' } }, 'IDENTITY_VALUE_INVALID', 'agents[0].login.mqtt'],
      [{ p_max: 5 }, 'IDENTITY_UNKNOWN_KEY', 'agents[0].p_max'],
    ];
    for (const [entry, code, words] of wrong) {
      const fault = faultOf(() => enrolmentOf(listOf({ ...agent, ...entry }), 'list'));
      expect([fault.code, fault.message.includes(words)]).toEqual([code, true]);
    }
    expect(faultOf(() => enrolmentOf({ serial: 1, agents: [] }, 'list')).message).toContain('"enrolment" is missing');
    expect(faultOf(() => enrolmentOf({ ...listOf(agent), agents: [1] }, 'list')).code).toBe('IDENTITY_VALUE_INVALID');
    expect(faultOf(() => enrolmentOf(listOf(agent, agent), 'list')).code).toBe('ENROLMENT_TWICE');
  });
});

describe('a revocation list', () => {
  it('names keys or agents', () => {
    const list = revocationsOf({ revocation: 1, serial: 2, revoked: [{ key: key.public.text, why: 'lost' }, { agent: 'pv 1' }] }, 'list');
    expect([[...list.keys], [...list.agents]]).toEqual([[key.public.text], ['pv 1']]);
    for (const entry of [{}, { key: key.public.text, agent: 'pv 1' }, { agent: 'x', at: 'noon' }]) {
      expect(faultOf(() => revocationsOf({ revocation: 1, serial: 2, revoked: [entry] }, 'list')).code).toMatch(/^IDENTITY_/);
    }
  });
});

describe('a register', () => {
  let society: Society;
  const notes: string[] = [];
  beforeEach(() => {
    notes.length = 0;
    society = new Society();
    society.enrol('a');
    society.enrol('b');
  });
  afterEach(() => society.remove());
  const find = (register: Register, id: string): unknown => {
    const found = register.find(id, society.keyOf(id).public.number, 0);
    return typeof found === 'string' ? found : 'valid';
  };

  it('takes up new versions by itself, and says so', async () => {
    const register = await society.register({ watch_s: 0.02, onNote: (text) => void notes.push(text) });
    society.enrol('c');
    society.publish(2);
    society.revoke(2, { agent: 'b' });
    for (let tries = 0; tries < 100 && notes.length < 2; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
    register.close();
    expect(['a', 'b', 'c'].map((id) => find(register, id))).toEqual(['valid', 'revoked', 'valid']);
    expect(notes.sort().map((note) => note.replace(/.*\//, ''))).toEqual([
      'enrolment.yaml: version 2 is in force',
      'revocations.yaml: version 2 is in force',
    ]);
  });

  it('keeps what is in force when the new version is forged, older, unreadable or gone, and says so once', async () => {
    const register = await society.register({ watch_s: 0, onNote: (text) => void notes.push(text) });
    society.revoke(5, { agent: 'b' });
    await register.refresh();
    const spoil: (() => void)[] = [
      () => society.revoke(4),
      () =>
        society.put(
          society.revocationFile,
          signDocument(revocationDomain, { revocation: 1, serial: 9, revoked: [] }, SecretKey.generate()),
        ),
      () => society.put(society.revocationFile, 'revocation: ['),
      () => rmSync(society.revocationFile),
    ];
    for (const [k, act] of spoil.entries()) {
      act();
      await register.refresh();
      await register.refresh();
      expect([find(register, 'a'), find(register, 'b'), notes.length]).toEqual(['valid', 'revoked', k + 2]);
    }
    expect(notes.map((note) => /\[(\w+)\]$/.exec(note)?.[1])).toEqual([
      undefined,
      'ENROLMENT_OUTDATED',
      'ENROLMENT_FORGED',
      'IDENTITY_SYNTAX',
      'FILE_NOT_FOUND',
    ]);
    society.revoke(6);
    await register.refresh();
    expect(find(register, 'b')).toBe('valid');
  });

  it('does not open without lists that are whole', async () => {
    society.publish(1);
    await expect(society.open()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    writeFileSync(society.revocationFile, 'revocation: 1\nserial: 1\nrevoked: []\n');
    await expect(society.open()).rejects.toMatchObject({ code: 'ENROLMENT_UNSIGNED' });
  });
});
