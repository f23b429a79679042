import { createHash } from 'node:crypto'
import { CommitUnknownError } from '../../../platform/db.ts'
import type { Publisher } from '../../../platform/nats-jetstream.ts'
import type { NewLogEntry } from '../log-entry.ts'
import { partitionOf, userKeyOf } from '../partition-of.ts'
import { type LogStream, subjectOf } from './log-stream.ts'
import { toMessage } from './message.ts'

const ID_BYTES = 16

/** Ids are as short as they may be: the server holds those of 24 hours in memory. */
const idOf = ({ sourceId, messageId }: NewLogEntry): string =>
  createHash('sha256')
    .update(`${sourceId}\n${messageId}`)
    .digest()
    .subarray(0, ID_BYTES)
    .toString('base64url')

/**
 * Publishes calls, those of different users at the same time and those of one user one after the other, and
 * tells how many were duplicates. After a failure the rest is not sent: a call that was lost on the way to the
 * server is so never overtaken by a later one of its user, and may be repeated without changing the order.
 * Throws `CommitUnknownError`: what was sent may be stored or not.
 */
export async function publishEntries(
  publisher: Publisher,
  stream: LogStream,
  entries: readonly NewLogEntry[],
): Promise<number> {
  let duplicates = 0
  let failure: unknown
  const publishAll = async (ofUser: readonly NewLogEntry[]): Promise<void> => {
    for (const entry of ofUser) {
      if (failure !== undefined) return
      const subject = subjectOf(stream, partitionOf(userKeyOf(entry)))
      try {
        const { isDuplicate } = await publisher.publish(subject, idOf(entry), toMessage(entry))
        if (isDuplicate) duplicates += 1
      } catch (error) {
        failure ??= error
      }
    }
  }
  await Promise.all([...byUser(entries).values()].map(publishAll))
  if (failure !== undefined)
    throw new CommitUnknownError('NATS did not confirm every call', { cause: failure })
  return duplicates
}

function byUser(entries: readonly NewLogEntry[]): Map<string, NewLogEntry[]> {
  const users = new Map<string, NewLogEntry[]>()
  for (const entry of entries) {
    const key = userKeyOf(entry)
    const ofUser = users.get(key)
    if (ofUser) ofUser.push(entry)
    else users.set(key, [entry])
  }
  return users
}
