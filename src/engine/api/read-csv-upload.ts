import multipart from '@fastify/multipart'
import { CsvError, parse } from 'csv-parse/sync'
import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { findUnstorable } from '../../kernel/storable.ts'
import { LIMITS } from '../../platform/limits.ts'

/** Registers routes whose bodies are uploads: `multipart/form-data` with the field `file` (R-HTTP-07). */
export function uploadRoutes(
  app: FastifyInstance,
  register: (scope: FastifyInstance) => void,
): void {
  app.register(async (scope) => {
    // The body becomes `{ file: text }`, so that it counts for an idempotency key as any other does (D-17).
    await scope.register(multipart, {
      attachFieldsToBody: 'keyValues',
      async onFile(part) {
        Object.assign(part, { value: (await part.toBuffer()).toString() })
      },
      limits: { fileSize: LIMITS.engineBodyBytesMax, files: 1, fields: 10 },
    })
    scope.setErrorHandler((error, request) => {
      throw request.body === undefined ? toUploadError(error) : error
    })
    register(scope)
  })
}

/** What went wrong before there was a body: the upload is too large, or no upload at all. */
function toUploadError(error: unknown): unknown {
  if (error instanceof ApiError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    return new ApiError('payload_too_large', {
      details: `Property .file must be <= ${LIMITS.engineBodyBytesMax} bytes`,
    })
  }
  if (code !== undefined && code !== 'FST_INVALID_MULTIPART_CONTENT_TYPE') return error
  return invalid(`Payload is not multipart/form-data: ${(error as Error).message}`)
}

/** A line of a CSV file by the names of its columns; empty cells are left out. */
export type CsvRow = { [column: string]: string }

/**
 * The rows of the CSV file that the body of an upload holds, its first line being the names of the columns.
 * Throws `invalid_payload` when there is no file, or when it is no CSV.
 */
export function parseCsvUpload(body: unknown): CsvRow[] {
  const file = (body as { file?: unknown } | null | undefined)?.file
  if (typeof file !== 'string') throw invalid("Payload should have required property 'file'")
  const rows = toRows(file)
  const details = findUnstorable(rows, '.file')
  if (details) throw invalid(details)
  return rows
}

function toRows(file: string): CsvRow[] {
  try {
    const [header = [], ...lines] = parse(file, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
    })
    return lines.map((line) => toRow(header, line))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw invalid(`Property .file is not a CSV file: ${error.message}`)
  }
}

const toRow = (header: readonly string[], line: readonly string[]): CsvRow =>
  Object.fromEntries(
    header.flatMap((column, index) => {
      const cell = line[index]
      return column === '' || cell === undefined || cell === '' ? [] : [[column, cell]]
    }),
  )

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
