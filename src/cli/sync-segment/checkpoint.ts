import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { JsonObject } from '../../kernel/json.ts'
import { CliError, EXIT } from '../exit-codes.ts'
import type { Counts } from './progress.ts'
import type { BulkCustomer } from './to-bulk-customer.ts'

/** Where a sync goes on: `next` of the Profile API, and what came of what was before. */
export type Checkpoint = Counts & { space: string; next: string }

/** A customer that was not stored, and why. */
export type Refused = {
  source_id: string | null
  reason: JsonObject
  customer: BulkCustomer | null
}

/** The checkpoint in `file`, of this space; undefined when there is none. Throws `CliError` for another file. */
export async function readCheckpoint(file: string, space: string): Promise<Checkpoint | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new CliError(EXIT.usage, `cannot read ${file}: ${error.message}`)
  })
  if (text === undefined) return undefined
  try {
    const checkpoint = JSON.parse(text) as Checkpoint
    if (checkpoint.space === space && typeof checkpoint.next === 'string') return checkpoint
  } catch {
    // Told below, like the file of another space.
  }
  throw new CliError(EXIT.usage, `${file} is not the state of a sync of space ${space}`, {
    hint: 'Name another file with --state, or start anew with --restart.',
  })
}

/** Replaces the file in one step, so that a sync that is killed leaves the old one or the new one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(checkpoint)}\n`)
  await rename(`${file}.new`, file)
}

export const removeCheckpoint = (file: string): Promise<void> => rm(file, { force: true })

/** One line of JSON for each. */
export async function writeRefused(file: string, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return
  await appendFile(file, refused.map((each) => `${JSON.stringify(each)}\n`).join(''))
}
