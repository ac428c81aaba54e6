import type { BrokerUser } from './broker-users.ts';

export interface BrokerConfigOptions {
  /** Address and port to listen at. */
  readonly host: string;
  readonly port: number;
  /** Files of the broker's own certificate and its key. */
  readonly cert: string;
  readonly certKey: string;
  /** File of the authority whose certificates clients have to bring; where left out, they need none. */
  readonly clientCa?: string | undefined;
  /** Folder in which the files will stand, for those that name each other. */
  readonly folder: string;
}

export interface ConfigFile {
  readonly name: string;
  readonly content: string;
}

export const brokerKinds = ['nats', 'mosquitto'] as const;
export type BrokerKind = (typeof brokerKinds)[number];

const made = 'Made by `gridflock enrol broker` from the list of agents. Make it again when the list changes, and let the broker read it.';

/** The configuration of a broker that lets everybody read and speak as the list says, over TLS. */
export const brokerConfigs: Readonly<Record<BrokerKind, (users: readonly BrokerUser[], options: BrokerConfigOptions) => ConfigFile[]>> = {
  nats: (users, options) => [{ name: 'nats-server.conf', content: natsConfig(users, options) }],
  mosquitto: (users, options) => [
    { name: 'mosquitto.conf', content: mosquittoConfig(options) },
    { name: 'mosquitto.acl', content: mosquittoAcl(users) },
    {
      name: 'mosquitto.passwords',
      content: lines(users.flatMap(({ name, passwordHash }) => (passwordHash === undefined ? [] : [`${name}:${passwordHash}`]))),
    },
  ],
};

/** @source https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization */
function natsConfig(users: readonly BrokerUser[], { host, port, cert, certKey, clientCa }: BrokerConfigOptions): string {
  const quoted = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(', ')}]`;
  return lines([
    `# ${made}`,
    `listen: ${JSON.stringify(`${host}:${port}`)}`,
    'max_payload: 1048576',
    'tls {',
    `  cert_file: ${JSON.stringify(cert)}`,
    `  key_file: ${JSON.stringify(certKey)}`,
    ...(clientCa === undefined ? [] : [`  ca_file: ${JSON.stringify(clientCa)}`, '  verify: true']),
    '}',
    'authorization {',
    '  users = [',
    ...users.flatMap(({ name, nkey, speaks, listens }) =>
      nkey === undefined
        ? []
        : [
            `    # ${name}`,
            `    { nkey: ${nkey}, permissions: { publish: { allow: ${quoted(speaks)} }, subscribe: { allow: ${quoted(listens)} } } }`,
          ],
    ),
    '  ]',
    '}',
  ]);
}

/** @source mosquitto.conf(5) */
const mosquittoConfig = ({ host, port, cert, certKey, clientCa, folder }: BrokerConfigOptions): string =>
  lines([
    `# ${made}`,
    `listener ${port} ${host}`,
    `certfile ${cert}`,
    `keyfile ${certKey}`,
    ...(clientCa === undefined ? [] : [`cafile ${clientCa}`, 'require_certificate true']),
    'allow_anonymous false',
    `password_file ${folder}/mosquitto.passwords`,
    `acl_file ${folder}/mosquitto.acl`,
    'max_packet_size 1050000',
    'max_queued_messages 100000',
    '# small messages wait for company otherwise, which makes rounds six times as long',
    'set_tcp_nodelay true',
  ]);

function mosquittoAcl(users: readonly BrokerUser[]): string {
  const topic = (subject: string): string => subject.replaceAll('.', '/').replaceAll('*', '+');
  return lines([
    `# ${made}`,
    ...users.flatMap(({ name, speaks, listens }) => [
      '',
      `user ${name}`,
      ...speaks.map((subject) => `topic write ${topic(subject)}`),
      ...listens.map((subject) => `topic read ${topic(subject)}`),
    ]),
  ]);
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;
