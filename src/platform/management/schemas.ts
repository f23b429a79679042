import { z } from 'zod'

/** A point in time, as every answer writes it. */
export const TIMESTAMP = z.string().meta({ format: 'date-time' })

/** The parameters of a path that names one object by its id. An id of the wrong kind is not found. */
export const idParams = (description: string) => z.object({ id: z.string().describe(description) })

/** The body that answers every refusal (docs/reference/errors.md). */
export const ERROR_BODY = z
  .object({
    code: z.int().describe('The HTTP status.'),
    key: z.string().describe('What was wrong, for programs.'),
    message: z.string().describe('What was wrong, for people.'),
    details: z.string().optional().describe('The field, object or rule it is about.'),
    request_id: z.string().optional().describe('Finds the request in the log.'),
    resource_id: z.string().optional(),
    resource_type: z.string().optional(),
  })
  .meta({ id: 'Error', description: 'The request was refused.' })

/** The answer to a deletion. */
export const NOTHING = z.undefined().describe('Done; the answer has no body.')
