import type { EventLog, NewLogEntry } from '../../../../src/pipeline/log/index.ts'

export const NOW = new Date('2026-06-01T12:00:00.000Z')

let counter = 0

/** An entry with a message id of its own; a test names what it is about. */
export function anEntry(fields: Partial<NewLogEntry> = {}): NewLogEntry {
  counter += 1
  return {
    projectId: 'proj_log',
    sourceId: 'src_log',
    messageId: `message-${counter}`,
    type: 'track',
    event: 'Tested',
    userId: 'ada',
    anonymousId: null,
    receivedAt: NOW,
    body: JSON.stringify({ type: 'track', number: counter }),
    ...fields,
  }
}

export const append = (log: EventLog, entries: readonly NewLogEntry[]) => log.append(entries)
