import { resolve } from 'node:path'
import { z } from 'zod'

/** An environment variable that is set to nothing counts as not set. */
const optionalText = (schema: z.ZodString = z.string()) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const flag = z.preprocess(
  (value) => (value === '' ? undefined : value),
  z.enum(['0', '1']).default('0'),
)

const key = (name: string) =>
  optionalText(
    z.string().regex(/^[A-Za-z0-9_-]{8,128}$/, `${name} must be 8 to 128 letters, digits, - or _`),
  )

const Environment = z.object({
  PORT: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number().int().min(0).max(65_535).default(3000),
  ),
  HOST: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.string().default('127.0.0.1'),
  ),
  DATABASE_URL: optionalText(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'DATABASE_URL must begin with postgres:// or postgresql://'),
  ),
  DATABASE_POOL_SIZE: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number().int().min(2).max(200).default(10),
  ),
  NATS_URL: optionalText(
    z
      .string()
      .regex(
        /^(nats|tls):\/\/[^\s,]+(,(nats|tls):\/\/[^\s,]+)*$/,
        'NATS_URL must be nats://host:port or tls://host:port, or several of them separated by commas',
      ),
  ),
  NATS_REPLICAS: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number().int().min(1).max(5).default(1),
  ),
  NATS_DEDUPLICATION_HOURS: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number().int().min(1).max(24).default(24),
  ),
  PROMOLOOP_DATA_DIR: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.string().default('.promoloop'),
  ),
  PROMOLOOP_WRITE_KEY: optionalText(
    z
      .string()
      .regex(/^[A-Za-z0-9]{8,64}$/, 'PROMOLOOP_WRITE_KEY must be 8 to 64 letters and digits'),
  ),
  PROMOLOOP_APP_ID: key('PROMOLOOP_APP_ID'),
  PROMOLOOP_APP_TOKEN: key('PROMOLOOP_APP_TOKEN'),
  PROMOLOOP_CLIENT_APP_ID: key('PROMOLOOP_CLIENT_APP_ID'),
  PROMOLOOP_CLIENT_TOKEN: key('PROMOLOOP_CLIENT_TOKEN'),
  PROMOLOOP_ADMIN_TOKEN: key('PROMOLOOP_ADMIN_TOKEN'),
  PROMOLOOP_MANAGEMENT_ID: optionalText(
    z.string().regex(
      // The id of a project is told from it by how it begins.
      /^(?!proj_)[A-Za-z0-9_-]{8,128}$/,
      'PROMOLOOP_MANAGEMENT_ID must be 8 to 128 letters, digits, - or _, and not begin with proj_',
    ),
  ),
  PROMOLOOP_MANAGEMENT_TOKEN: key('PROMOLOOP_MANAGEMENT_TOKEN'),
  PROMOLOOP_SECRET_KEY: optionalText(
    z.string().regex(/^[0-9a-f]{64}$/i, 'PROMOLOOP_SECRET_KEY must be 64 hexadecimal digits'),
  ),
  PROMOLOOP_PUBLIC_URL: optionalText(
    z
      .string()
      .regex(
        /^https?:\/\/[^/]+$/,
        'PROMOLOOP_PUBLIC_URL must be an origin such as https://loop.example.com',
      ),
  ),
  PROMOLOOP_URL: optionalText(
    z
      .string()
      .regex(
        /^https?:\/\/[^/]+$/,
        'PROMOLOOP_URL must be an origin such as https://loop.example.com',
      ),
  ),
  PROMOLOOP_SEGMENT_CALLS_PER_DAY: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  ),
  PROMOLOOP_ALLOW_PRIVATE_NETWORK: flag,
  PROMOLOOP_TRUST_PROXY: flag,
  PROMOLOOP_LOG_LEVEL: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ),
})

/** The names of all environment variables that are read; docs/reference/configuration.md lists them. */
export const ENVIRONMENT_VARIABLES: readonly string[] = Object.keys(Environment.shape)

/** How the log is kept in NATS JetStream. */
export type NatsSettings = {
  /** On how many servers. */
  replicas: number
  /** How long a message id counts as seen: the servers hold all of that time in memory. */
  deduplicationMs: number
}

const HOUR_MS = 3_600_000

export type Config = {
  port: number
  host: string
  /** Undefined: the embedded PostgreSQL in the data folder. */
  databaseUrl: string | undefined
  databasePoolSize: number
  /** Undefined: the log is in PostgreSQL. */
  natsUrl: string | undefined
  nats: NatsSettings
  dataDir: string
  /** 64 hexadecimal digits that seal stored secrets; undefined: a file in the data folder. */
  secretKey: string | undefined
  /** How the outside reaches this server; undefined: host and port. */
  publicUrl: string | undefined
  /** The server that remote commands talk to; undefined: the one of this machine. */
  remoteUrl: string | undefined
  presetKeys: {
    writeKey: string | undefined
    appId: string | undefined
    appToken: string | undefined
    clientAppId?: string | undefined
    clientToken?: string | undefined
    adminToken: string | undefined
    managementId?: string | undefined
    managementToken?: string | undefined
  }
  /** How many calls of one project wire A takes a day; undefined: as many as come. */
  segmentCallsPerDayMax?: number | undefined
  isPrivateNetworkAllowed: boolean
  isProxyTrusted: boolean
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** The configuration cannot be used; `message` names every problem at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Reads the configuration from `environment`. Throws `ConfigError` that names every problem. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const parsed = Environment.safeParse(environment)
  if (!parsed.success) throw new ConfigError(z.prettifyError(parsed.error))
  const env = parsed.data
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    natsUrl: env.NATS_URL,
    nats: {
      replicas: env.NATS_REPLICAS,
      deduplicationMs: env.NATS_DEDUPLICATION_HOURS * HOUR_MS,
    },
    dataDir: resolve(env.PROMOLOOP_DATA_DIR),
    secretKey: env.PROMOLOOP_SECRET_KEY,
    publicUrl: env.PROMOLOOP_PUBLIC_URL,
    remoteUrl: env.PROMOLOOP_URL,
    presetKeys: {
      writeKey: env.PROMOLOOP_WRITE_KEY,
      appId: env.PROMOLOOP_APP_ID,
      appToken: env.PROMOLOOP_APP_TOKEN,
      clientAppId: env.PROMOLOOP_CLIENT_APP_ID,
      clientToken: env.PROMOLOOP_CLIENT_TOKEN,
      adminToken: env.PROMOLOOP_ADMIN_TOKEN,
      managementId: env.PROMOLOOP_MANAGEMENT_ID,
      managementToken: env.PROMOLOOP_MANAGEMENT_TOKEN,
    },
    segmentCallsPerDayMax: env.PROMOLOOP_SEGMENT_CALLS_PER_DAY,
    isPrivateNetworkAllowed: env.PROMOLOOP_ALLOW_PRIVATE_NETWORK === '1',
    isProxyTrusted: env.PROMOLOOP_TRUST_PROXY === '1',
    logLevel: env.PROMOLOOP_LOG_LEVEL,
  }
}
