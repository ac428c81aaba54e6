import { CombinationError, type TransportError } from '@gridflock/core';
import { connect, ErrorWithReasonCode, type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { brokerFault } from '../broker-fault.ts';
import type { BrokerSecurity } from '../contract.ts';
import { packetHead_max_bytes, payloadSize_max_bytes } from '../payload-limit.ts';

const connect_ms = 5000;
/** "Unsupported protocol version" of MQTT 5 and of MQTT 3. */
const foreignVersion = new Set([1, 132]);

export interface OpenMqtt {
  readonly client: MqttClient;
  /** What the broker said about itself. */
  readonly greeting: IConnackPacket;
}

/**
 * A client of an MQTT broker, in version 5, or 3.1.1 where the broker knows no better (aedes does not).
 * @param reconnect_ms - how long after a loss it connects anew by itself; 0: it does not
 * @throws {TransportError} BROKER_UNREACHABLE, BROKER_UNTRUSTED, BROKER_REFUSES; @throws {CombinationError} BROKER_NEEDS_TLS
 */
export async function openMqtt(address: string, { ca, certificate, login }: BrokerSecurity, reconnect_ms = 0): Promise<OpenMqtt> {
  if (login !== undefined && !address.startsWith('mqtts:') && !isHere(address)) throw needsTls(address);
  const options: IClientOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...certificate,
    ...(login === undefined ? {} : { username: login.user, password: login.password() }),
    clean: true,
    connectTimeout: connect_ms,
    reconnectPeriod: reconnect_ms,
    queueQoSZero: false,
    protocolVersion: 5,
    properties: { maximumPacketSize: payloadSize_max_bytes + packetHead_max_bytes },
  };
  try {
    return await opened(address, options);
  } catch (error) {
    if (!(error instanceof ErrorWithReasonCode && foreignVersion.has(error.code))) throw mqttFault(error, address);
  }
  try {
    return await opened(address, { ...options, protocolVersion: 4, properties: {} });
  } catch (error) {
    throw mqttFault(error, address);
  }
}

function opened(address: string, options: IClientOptions): Promise<OpenMqtt> {
  return new Promise((resolve, reject) => {
    const client = connect(address, options);
    const refused = (error = new Error('the connection was closed')): void => {
      client.end(true);
      reject(error);
    };
    // one that comes later is followed by `close`, which is where a tie tries again
    client.on('error', () => {});
    client.once('error', refused);
    client.once('close', refused);
    client.once('connect', (greeting) => {
      client.off('error', refused);
      client.off('close', refused);
      resolve({ client, greeting });
    });
  });
}

export const mqttFault = (error: unknown, address: string): TransportError =>
  brokerFault(error, address, 'MQTT broker', 'mosquitto -p 1883; "embedded" brings its own');

/** Whether an address is one of this machine, where nobody listens on the way. */
const isHere = (address: string): boolean => /^mqtt:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(address);

const needsTls = (address: string): CombinationError =>
  new CombinationError({
    code: 'BROKER_NEEDS_TLS',
    message: 'A password was to be sent to another machine without TLS, where everybody on the way can read it',
    where: address,
    hint: "Write mqtts://, and give the certificate of the broker's authority as `ca`.",
  });

/** Subject `a.b` is topic `a/b`. */
export const topicOf = (subject: string): string => subject.replaceAll('.', '/');
