// A thread that takes its time with everything it hears: it blocks for so long after each payload. A payload of one byte is the
// last; what it has heard until then is told to the thread that started it.
import { parentPort, workerData } from 'node:worker_threads';

const { address, place, port, pause_ms } = workerData;
const transports = '../../packages/host/dist/transports';

async function connect() {
  if (port !== undefined) return new (await import(`${transports}/workers/port-connection.js`)).PortConnection(port);
  if (address.startsWith('nats')) return (await import(`${transports}/nats/nats.js`)).nats.connect(address);
  return (await import(`${transports}/mqtt/mqtt.js`)).mqtt.connect(address);
}

const clock = new Int32Array(new SharedArrayBuffer(4));
const connection = await connect();
let heard_bytes = 0;
await connection.listen([place], (payload) => {
  if (payload.length === 1) return parentPort.postMessage({ heard_bytes });
  heard_bytes += payload.length;
  Atomics.wait(clock, 0, 0, pause_ms);
});
parentPort.postMessage('listening');
