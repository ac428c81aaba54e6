import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrolmentDomain } from '../enrolment.ts';
import { Register, type RegisterOptions } from '../register.ts';
import { revocationDomain } from '../revocations.ts';
import { SecretKey } from '../secret-key.ts';
import { type PlainMap, signDocument } from '../signed-document.ts';

/** An operator with a folder of his own, the agents he has enrolled, and all their keys. For tests. */
export class Society {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridflock-society-'));
  readonly operator = SecretKey.generate();
  readonly enrolmentFile = join(this.folder, 'enrolment.yaml');
  readonly revocationFile = join(this.folder, 'revocations.yaml');
  private readonly keys = new Map<string, SecretKey>();
  private readonly entries = new Map<string, PlainMap>();

  /** Enrols an agent, with a new key unless one is given; the rest as in the list. */
  enrol(id: string, entry: PlainMap = {}, key = SecretKey.generate()): SecretKey {
    this.keys.set(id, key);
    const { nkey, passwordHash } = key.brokerLogin();
    this.entries.set(id, { id, key: key.public.text, nets: ['net'], login: { nats: nkey, mqtt: passwordHash }, ...entry });
    return key;
  }

  keyOf(id: string): SecretKey {
    return this.keys.get(id)!;
  }

  /** Puts a new version of the list into its file, at once as a good operator does. */
  publish(serial: number): void {
    this.put(this.enrolmentFile, signDocument(enrolmentDomain, this.document(serial), this.operator));
  }

  /** The list as it is now, not signed. */
  document(serial: number): PlainMap {
    return { enrolment: 1, serial, agents: [...this.entries.values()] };
  }

  revoke(serial: number, ...revoked: PlainMap[]): void {
    this.put(this.revocationFile, signDocument(revocationDomain, { revocation: 1, serial, revoked }, this.operator));
  }

  put(path: string, text: string): void {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }

  /** Publishes both lists and opens them. */
  async register(options: RegisterOptions = { watch_s: 0 }): Promise<Register> {
    this.publish(1);
    this.revoke(1);
    return this.open(options);
  }

  open(options: RegisterOptions = { watch_s: 0 }): Promise<Register> {
    return Register.open({ operator: this.operator.public, enrolment: this.enrolmentFile, revocations: this.revocationFile }, options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
