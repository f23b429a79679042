import { type Logger, pino } from 'pino'
import type { Config } from './config.ts'

export type Log = Logger

/** Headers and fields whose value never reaches a log line. */
const SECRET_PATHS = [
  'authorization',
  'cookie',
  'secret-key',
  'x-app-token',
  'x-client-token',
  'x-management-token',
].flatMap((header) => [`req.headers["${header}"]`, `headers["${header}"]`])
const SECRET_FIELDS = [
  'password',
  'token',
  'secretKey',
  'apiKey',
  'writeKey',
  'email',
  'phone',
  'body',
  'payload',
]

/**
 * The logger: JSON lines on standard error, so that results on standard output stay clean. One
 * constant message a line, with fields; secrets and customer data are redacted by path.
 */
export function createLog(level: Config['logLevel']): Log {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: [...SECRET_PATHS, ...SECRET_FIELDS.flatMap((field) => [field, `*.${field}`])],
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

/** One line that is to be written: its fields, and its constant message. */
export type Warn = (fields: { readonly [field: string]: unknown }, message: string) => void

/**
 * Runs `work`, such as a transaction that may be run again, and writes what its last run warned of once it is over: what was
 * undone is not told.
 */
export async function tellAfter<T>(log: Log, work: (begin: () => Warn) => Promise<T>): Promise<T> {
  let lines: Parameters<Warn>[] = []
  const result = await work(() => {
    const own: Parameters<Warn>[] = []
    lines = own
    return (...line) => void own.push(line)
  })
  for (const [fields, message] of lines) log.warn(fields, message)
  return result
}
