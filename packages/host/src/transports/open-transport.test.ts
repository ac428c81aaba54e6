import { expect, it } from 'vitest';
import { checkTransport } from './open-transport.ts';

it.each(['loop', 'workers', 'embedded', 'nats://127.0.0.1:4222', 'mqtt://broker.example', 'mqtt://[::1]:1883/'])(
  '%s is a transport',
  (address) => {
    expect(() => checkTransport(address, '--transport')).not.toThrow();
  },
);

it.each(['', 'carrier-pigeon', 'http://127.0.0.1', 'nats://', 'nats://127.0.0.1:99999', 'mqtt://127.0.0.1:1883/path', 'mqtt://a?b=c'])(
  '"%s" is none: CLI_INVALID_VALUE',
  (address) => {
    expect(() => checkTransport(address, '--transport')).toThrow(
      expect.objectContaining({ code: 'CLI_INVALID_VALUE', where: '--transport' }),
    );
  },
);
