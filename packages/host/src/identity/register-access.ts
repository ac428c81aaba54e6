import { pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { BrokerAccess } from '../transports/embedded-broker/embedded-broker.ts';
import { type BrokerUser, brokerUsers } from './broker-users.ts';
import type { Register } from './register.ts';

/** Lets everybody do at an embedded broker what the operator's lists say, as they are at the moment. */
export class RegisterAccess implements BrokerAccess {
  private readonly register: Register;
  private version: unknown;
  private users = new Map<string, BrokerUser>();

  constructor(register: Register) {
    this.register = register;
  }

  letsIn(user: string, password: string): boolean {
    const hash = this.userOf(user)?.passwordHash;
    return hash !== undefined && fits(password, hash);
  }

  maySpeak(user: string, subject: string): boolean {
    return this.userOf(user)?.speaks.some((pattern) => covers(pattern, subject)) === true;
  }

  mayListen(user: string, subject: string): boolean {
    return this.userOf(user)?.listens.some((pattern) => covers(pattern, subject)) === true;
  }

  private userOf(name: string): BrokerUser | undefined {
    const { version } = this.register;
    if (version !== this.version) {
      this.version = version;
      this.users = new Map(brokerUsers(this.register.standing()).map((user) => [user.name, user]));
    }
    return this.users.get(name);
  }
}

/** Whether a password has this hash, `$7$rounds$salt$hash` with PBKDF2 and SHA-512. */
function fits(password: string, passwordHash: string): boolean {
  const [, , rounds = '', salt = '', hash = ''] = passwordHash.split('$');
  const expected = Buffer.from(hash, 'base64');
  return timingSafeEqual(pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), expected.length, 'sha512'), expected);
}

/** Whether everything that a subject means is meant by the pattern, too. */
function covers(pattern: string, subject: string): boolean {
  const allowed = pattern.split('.');
  const asked = subject.split('.');
  return asked.length === allowed.length && allowed.every((token, k) => (token === '*' ? asked[k] !== '#' : token === asked[k]));
}
