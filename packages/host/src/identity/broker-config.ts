import { letterPrefix, letterStream } from '../transports/letter.ts';
import { inboxOf } from '../transports/subject.ts';
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
    { name: 'mosquitto.conf', content: mosquittoConfig(options, keepsLetters(users)) },
    { name: 'mosquitto.acl', content: mosquittoAcl(users) },
    {
      name: 'mosquitto.passwords',
      content: lines(users.flatMap(({ name, passwordHash }) => (passwordHash === undefined ? [] : [`${name}:${passwordHash}`]))),
    },
  ],
};

const keepsLetters = (users: readonly BrokerUser[]): boolean => users.some(({ collects }) => collects.length > 0);

/**
 * What a user needs of JetStream. Who leaves letters may publish them and hear that they are kept; only who takes them may make the
 * stream, which could be told to pass everything on, and consumers, whose subject says which letters they see.
 * @source https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */
function natsLetters({ name, lettersTo, collects }: BrokerUser): { readonly publishes: string[]; readonly hears: string[] } {
  const publishes = lettersTo.map((place) => `${letterPrefix}.${place}`);
  if (collects.length > 0) {
    publishes.push(
      `$JS.API.STREAM.CREATE.${letterStream}`,
      ...collects.map((place) => `$JS.API.CONSUMER.CREATE.${letterStream}.*.${letterPrefix}.${place}`),
      `$JS.API.CONSUMER.INFO.${letterStream}.*`,
      `$JS.API.CONSUMER.MSG.NEXT.${letterStream}.*`,
      `$JS.ACK.${letterStream}.>`,
    );
  }
  return { publishes, hears: publishes.length === 0 ? [] : [`${inboxOf(name)}.>`] };
}

/** @source https://docs.nats.io/running-a-nats-service/configuration/securing_nats/authorization */
function natsConfig(users: readonly BrokerUser[], { host, port, cert, certKey, clientCa, folder }: BrokerConfigOptions): string {
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
    ...(keepsLetters(users) ? [`jetstream { store_dir: ${JSON.stringify(`${folder}/letters`)} }`] : []),
    'authorization {',
    '  users = [',
    ...users.flatMap((user) => {
      const { name, nkey, speaks, listens } = user;
      if (nkey === undefined) return [];
      const { publishes, hears } = natsLetters(user);
      const [allowed, heard] = [quoted([...speaks, ...publishes]), quoted([...listens, ...hears])];
      return [`    # ${name}`, `    { nkey: ${nkey}, permissions: { publish: { allow: ${allowed} }, subscribe: { allow: ${heard} } } }`];
    }),
    '  ]',
    '}',
  ]);
}

/** @source mosquitto.conf(5) */
const mosquittoConfig = ({ host, port, cert, certKey, clientCa, folder }: BrokerConfigOptions, hasLetters: boolean): string =>
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
    ...(hasLetters
      ? [
          '# letters outlive the broker',
          'persistence true',
          `persistence_location ${folder}/`,
          'autosave_on_changes true',
          'autosave_interval 1',
        ]
      : []),
  ]);

function mosquittoAcl(users: readonly BrokerUser[]): string {
  const topic = (subject: string): string => subject.replaceAll('.', '/').replaceAll('*', '+');
  return lines([
    `# ${made}`,
    ...users.flatMap(({ name, speaks, listens, lettersTo, collects }) => [
      '',
      `user ${name}`,
      ...speaks.map((subject) => `topic write ${topic(subject)}`),
      ...listens.map((subject) => `topic read ${topic(subject)}`),
      // who has left a letter hears when it was taken; who takes one clears it
      ...[...lettersTo, ...collects].map((place) => `topic readwrite ${letterPrefix}/${topic(place)}/+`),
    ]),
  ]);
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;
