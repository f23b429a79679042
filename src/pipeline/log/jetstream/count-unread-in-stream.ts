import { LIMITS } from '../../../platform/limits.ts'
import type { Nats } from '../../../platform/nats.ts'
import type { Unread } from '../count-unread.ts'
import { partitionOf, userKeyOf } from '../partition-of.ts'
import { everySubjectOf, type LogStream, stateOf } from './log-stream.ts'
import type { StoredEntry } from './message.ts'
import { forEachEntry } from './scan-stream.ts'

const PARTITIONS = Array.from({ length: LIMITS.logPartitions }, (_, partition) => partition)

/** How many such calls are in the stream, among its last `positionsMax` positions. */
export async function countUnreadInStream(
  nats: Nats,
  stream: LogStream,
  { sourceId, positions, from, to }: Unread,
  { positionsMax }: { positionsMax: number },
): Promise<number> {
  const { first, last } = await stateOf(nats, stream)
  const before = stream.base + last + 1
  const oldest = Math.max(stream.base + Math.max(1, first), before - positionsMax)
  const passedByAll = Math.min(...PARTITIONS.map((partition) => positions.get(partition) ?? 0))
  const window = {
    from: Math.max(oldest, passedByAll + 1),
    before,
    subject: everySubjectOf(stream),
  }
  const isUnread = (entry: StoredEntry): boolean =>
    entry.sourceId === sourceId &&
    entry.receivedAt >= from &&
    entry.receivedAt < to &&
    entry.position > (positions.get(partitionOf(userKeyOf(entry))) ?? 0)
  let unread = 0
  await forEachEntry(nats, stream, window, (entry) => {
    if (isUnread(entry)) unread += 1
  })
  return unread
}
