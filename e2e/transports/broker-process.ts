import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A broker of Debian's packages, started by a test on a port of its own and gone after it. */
export interface BrokerProcess {
  readonly address: string;
  readonly pid: number | undefined;
  /** kill −9. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;

function isInstalled(program: string): boolean {
  const there = spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: folders } }).status === 0;
  if (!there) console.warn(`${program} is not installed: its tests are left out (apt-get install ${program})`);
  return there;
}

export const natsIsInstalled = isInstalled('nats-server');
export const mosquittoIsInstalled = isInstalled('mosquitto');

export const startNats = (): Promise<BrokerProcess> =>
  startBroker('nats', 'nats-server', (port, folder) => ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', folder]);

export const startMosquitto = (): Promise<BrokerProcess> =>
  startBroker('mqtt', 'mosquitto', (port, folder) => {
    const file = join(folder, 'mosquitto.conf');
    // it gives up the rights of root, and is to write here what must survive it
    chmodSync(folder, 0o777);
    const persistent = `persistence true\npersistence_location ${folder}/\nautosave_on_changes true\nautosave_interval 1\n`;
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n${persistent}`);
    return ['-c', file];
  });

/** @param args - its arguments, for a port and a folder that are its own; @param given - its port, where that is decided already */
export async function startBroker(
  scheme: string,
  program: string,
  args: (port: number, folder: string) => string[],
  given?: number,
): Promise<BrokerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'gridflock-broker-'));
  const port = given ?? (await freePort());
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    child = spawn(program, args(port, folder), { stdio: 'ignore', env: { PATH: folders } });
    await answering(port);
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    address: `${scheme}://127.0.0.1:${port}`,
    get pid() {
      return child.pid;
    },
    kill,
    restart: start,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Nobody listens on port ${port}`);
}
