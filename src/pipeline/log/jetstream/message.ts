import type { JsonObject } from '../../../kernel/json.ts'
import type { LogEntry, NewLogEntry } from '../log-entry.ts'

/** What stands before the body: enough to search by without reading bodies. */
type Head = [
  projectId: string,
  sourceId: string,
  messageId: string,
  type: string,
  event: string | null,
  userId: string | null,
  anonymousId: string | null,
  receivedAtMs: number,
]

const LINE_BREAK = 10

/** An entry as it is stored: one line of JSON with everything but the body, then the body. */
export function toMessage(entry: NewLogEntry): string {
  const head: Head = [
    entry.projectId,
    entry.sourceId,
    entry.messageId,
    entry.type,
    entry.event,
    entry.userId,
    entry.anonymousId,
    entry.receivedAt.getTime(),
  ]
  return `${JSON.stringify(head)}\n${entry.body}`
}

/** A stored entry whose body has not been read. */
export type StoredEntry = Omit<LogEntry, 'body'> & { unreadBody: Uint8Array }

const textOf = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')

/** Reads all but the body of a stored entry that is at `position`. */
export function readMessage(data: Uint8Array, position: number): StoredEntry {
  const end = data.indexOf(LINE_BREAK)
  const [projectId, sourceId, messageId, type, event, userId, anonymousId, receivedAtMs] =
    JSON.parse(textOf(data.subarray(0, end))) as Head
  return {
    position,
    projectId,
    sourceId,
    messageId,
    type,
    event,
    userId,
    anonymousId,
    receivedAt: new Date(receivedAtMs),
    unreadBody: data.subarray(end + 1),
  }
}

export function toLogEntry({ unreadBody, ...entry }: StoredEntry): LogEntry {
  return { ...entry, body: JSON.parse(textOf(unreadBody)) as JsonObject }
}
