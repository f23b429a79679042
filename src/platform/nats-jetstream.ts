import { createInbox, headers, type Msg } from '@nats-io/transport-node'
import { type Nats, NatsUnavailableError } from './nats.ts'

/** JetStream answered with an error. */
export class JetStreamError extends Error {
  override readonly name = 'JetStreamError'
  /** Of the list of errors of NATS. */
  readonly errorCode: number

  constructor(errorCode: number, description: string) {
    super(`JetStream: ${description} (${errorCode})`)
    this.errorCode = errorCode
  }
}

export const STREAM_NOT_FOUND = 10_059
const MESSAGE_NOT_FOUND = 10_037
const ANSWER_LIMIT_MS = 5_000
/** For what a server that has the stream answers at once; one without does not answer at all. */
export const QUICK_ANSWER_LIMIT_MS = 2_000

type Failure = { error?: { err_code?: number; description?: string } }

/** Asks JetStream's API. Throws `JetStreamError` for an error, `NatsUnavailableError` without an answer. */
export async function askJetStream<Answer>(
  nats: Nats,
  path: string,
  body: object = {},
  limitMs = ANSWER_LIMIT_MS,
): Promise<Answer> {
  const answer = await request(nats, `$JS.API.${path}`, { body, limitMs })
  const parsed = answer.json<Answer & Failure>()
  if (parsed.error) throw toError(parsed.error)
  return parsed
}

function request(
  nats: Nats,
  subject: string,
  { body, limitMs }: { body: object; limitMs: number },
): Promise<Msg> {
  return new Promise((resolve, reject) => {
    checkConnected(nats)
    const fail = (cause?: unknown): void =>
      reject(new NatsUnavailableError(`NATS does not answer ${subject}`, { cause }))
    const forget = nats.onLost(fail)
    nats.connection
      .request(subject, JSON.stringify(body), { timeout: limitMs })
      .then(resolve, fail)
      .finally(forget)
  })
}

/** What is asked while disconnected would be kept until the connection is back, long after nobody waits. */
function checkConnected(nats: Nats): void {
  if (!nats.isConnected()) throw new NatsUnavailableError('NATS is not connected')
}

const toError = ({ err_code = 0, description = 'failed' }: NonNullable<Failure['error']>) =>
  new JetStreamError(err_code, description)

/** Where a message has got to in its stream, and whether its id had been seen before. */
type Published = { seq: number; isDuplicate: boolean }

export type Publisher = {
  /**
   * Stores a message under an id that its stream keeps once. Rejects when that is not known to have
   * happened: it may have.
   */
  publish(subject: string, id: string, payload: string): Promise<Published>
}

type Waiting = {
  resolve: (published: Published) => void
  reject: (cause: Error) => void
  timer: NodeJS.Timeout
}

/** Publishes over one connection, any number of messages at the same time. */
export function createPublisher(nats: Nats): Publisher {
  const { connection } = nats
  const inbox = createInbox()
  const waiting = new Map<string, Waiting>()
  let counter = 0

  const settle = (key: string, act: (one: Waiting) => void): void => {
    const one = waiting.get(key)
    if (!one) return
    waiting.delete(key)
    clearTimeout(one.timer)
    act(one)
  }
  const fail = (key: string, reason: string): void =>
    settle(key, ({ reject }) => reject(new NatsUnavailableError(reason)))

  connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      const key = message.subject.slice(inbox.length + 1)
      if (error) return fail(key, error.message)
      // Nobody listens on the subject: JetStream is not ready, or the stream is gone.
      if (message.data.length === 0) return fail(key, 'no stream takes messages now')
      const answer = message.json<Failure & { seq: number; duplicate?: boolean }>()
      settle(key, ({ resolve, reject }) =>
        answer.error
          ? reject(toError(answer.error))
          : resolve({ seq: answer.seq, isDuplicate: answer.duplicate === true }),
      )
    },
  })
  nats.onLost(() => {
    for (const key of [...waiting.keys()]) fail(key, 'the connection to NATS was lost')
  })

  return {
    publish: (subject, id, payload) =>
      new Promise((resolve, reject) => {
        // What is handed over while disconnected would be sent whenever the connection is back.
        if (!nats.isConnected()) return reject(new NatsUnavailableError('NATS is not connected'))
        counter += 1
        const key = counter.toString(36)
        const timer = setTimeout(() => fail(key, 'NATS did not confirm in time'), ANSWER_LIMIT_MS)
        waiting.set(key, { resolve, reject, timer })
        const fields = headers()
        fields.set('Nats-Msg-Id', id)
        try {
          connection.publish(subject, payload, { headers: fields, reply: `${inbox}.${key}` })
        } catch (cause) {
          settle(key, () => reject(cause))
        }
      }),
  }
}

/** Messages of one subject, or of several with a wildcard, from `startSeq` on, in order and each once. */
export type Consumer = {
  name: string
  /** How many messages wait for it, as of its making. */
  pending: number
}

const IDLE_LIMIT_MS = 60_000
/** The server forgets a consumer that was not asked for so long; ask it no later than half that. */
export const CONSUMER_USABLE_MS = IDLE_LIMIT_MS / 2
const NANOSECONDS = 1_000_000

/** Servers put a consumer on any of those that have the stream, also on one that is gone, and then never answer. */
const PLACING_ATTEMPTS_MAX = 3
const PLACING_LIMIT_MS = 1_000

/** Makes a consumer that nobody else knows and that ends by itself when it is not asked any more. */
export async function createConsumer(
  nats: Nats,
  stream: string,
  { subject, startSeq }: { subject: string; startSeq: number },
): Promise<Consumer> {
  const config = {
    deliver_policy: 'by_start_sequence',
    opt_start_seq: Math.max(1, startSeq),
    ack_policy: 'none',
    replay_policy: 'instant',
    filter_subject: subject,
    inactive_threshold: IDLE_LIMIT_MS * NANOSECONDS,
    mem_storage: true,
  }
  const path = `CONSUMER.CREATE.${stream}`
  const body = { stream_name: stream, config }
  for (let attempt = 1; ; attempt += 1) {
    try {
      const created = await askJetStream<Created>(nats, path, body, PLACING_LIMIT_MS)
      return { name: created.name, pending: created.num_pending }
    } catch (error) {
      const isAway = !(error instanceof NatsUnavailableError) || !nats.isConnected()
      if (isAway || attempt >= PLACING_ATTEMPTS_MAX) throw error
    }
  }
}

type Created = { name: string; num_pending: number }

/** Ends a consumer now; one that is gone already, or cannot be reached, ends by itself. */
export async function deleteConsumer(
  nats: Nats,
  stream: string,
  { name }: Consumer,
): Promise<void> {
  await askJetStream(nats, `CONSUMER.DELETE.${stream}.${name}`).catch(() => undefined)
}

export type Delivered = {
  seq: number
  /** Counts the messages of the consumer from 1: a gap says that one was lost on the way. */
  consumerSeq: number
  /** A view of a shared buffer: to be read soon. */
  data: Uint8Array
}

/** The statuses behind the last message that there is: none at all, or fewer than were asked for. */
const NO_MORE_NOW = new Set([404, 408])

/** How long a server may take to hand over messages that it has; a consumer that is gone answers nothing. */
const FETCH_LIMIT_MS = 3_000

/**
 * The next messages of a consumer, at most `limit`; none when there is nothing new, without waiting. Throws
 * `NatsUnavailableError` when they do not arrive, also because the consumer is gone.
 */
export function fetchMessages(
  nats: Nats,
  { stream, consumer, limit }: { stream: string; consumer: Consumer; limit: number },
): Promise<Delivered[]> {
  const { connection } = nats
  return new Promise((resolve, reject) => {
    checkConnected(nats)
    const delivered: Delivered[] = []
    const inbox = createInbox()
    const fail = (reason: string): void => {
      end()
      reject(new NatsUnavailableError(reason))
    }
    const timer = setTimeout(() => fail('NATS did not hand over messages in time'), FETCH_LIMIT_MS)
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error) return fail(error.message)
        const status = statusOf(message)
        if (status === undefined) delivered.push(toDelivered(message))
        else if (!NO_MORE_NOW.has(status)) return fail(`NATS answered ${status} to a reader`)
        if (status !== undefined || delivered.length === limit) succeed()
      },
    })
    const succeed = (): void => {
      end()
      resolve(delivered)
    }
    const forget = nats.onLost(() => fail('the connection to NATS was lost'))
    const end = (): void => {
      clearTimeout(timer)
      forget()
      subscription.unsubscribe()
    }
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer.name}`,
      JSON.stringify({ batch: limit, no_wait: true }),
      { reply: inbox },
    )
  })
}

/** Messages of ours are never empty; an empty one has a status instead. */
const statusOf = ({ data, headers: fields }: Msg): number | undefined =>
  data.length === 0 ? (fields?.code ?? 0) : undefined

/** `$JS.ACK.<stream>.<consumer>.<deliveries>.<seq>.<consumer seq>.<time>.<pending>`, or with two more in front. */
function toDelivered({ reply = '', data }: Msg): Delivered {
  const tokens = reply.split('.')
  const shift = tokens.length > 9 ? 2 : 0
  return { seq: Number(tokens[5 + shift]), consumerSeq: Number(tokens[6 + shift]), data }
}

/** The message with this sequence; undefined when the stream does not keep it. */
export async function getMessage(
  nats: Nats,
  stream: string,
  seq: number,
): Promise<{ seq: number; data: Uint8Array } | undefined> {
  try {
    const { message } = await askJetStream<{ message: { seq: number; data?: string } }>(
      nats,
      `STREAM.MSG.GET.${stream}`,
      { seq },
    )
    return { seq: message.seq, data: Buffer.from(message.data ?? '', 'base64') }
  } catch (error) {
    if (error instanceof JetStreamError && error.errorCode === MESSAGE_NOT_FOUND) return undefined
    throw error
  }
}
