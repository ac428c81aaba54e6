import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority of a test, made by OpenSSL and gone after it, and what it vouches for. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridflock-ca-'));
  readonly certFile = join(this.folder, 'ca.pem');
  private readonly keyFile = join(this.folder, 'ca.key');

  constructor() {
    this.openssl(
      'req',
      '-x509',
      '-newkey',
      'ed25519',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=authority of a test',
      '-keyout',
      this.keyFile,
      '-out',
      this.certFile,
    );
  }

  get pem(): string {
    return readFileSync(this.certFile, 'utf8');
  }

  /** A certificate for a name. @param alternative - as in `IP:127.0.0.1` */
  issue(
    name: string,
    alternative: string,
  ): { readonly certFile: string; readonly keyFile: string; readonly cert: string; readonly key: string } {
    const [certFile, keyFile, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) => join(this.folder, `${name}.${end}`)) as [
      string,
      string,
      string,
      string,
    ];
    writeFileSync(extensions, `subjectAltName=${alternative}\n`);
    this.openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      keyFile,
      '-out',
      request,
    );
    this.openssl(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      this.certFile,
      '-CAkey',
      this.keyFile,
      '-CAcreateserial',
      '-days',
      '1',
      '-extfile',
      extensions,
      '-out',
      certFile,
    );
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}
