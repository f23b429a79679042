import type { FastifyInstance } from 'fastify'
import { isPlainObject } from '../../kernel/json.ts'
import { command } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { readSingleBody, readStackBody } from './redeem-body.ts'
import { validate } from './validate.ts'
import { toSingleBody, toStackBody } from './validation-answer.ts'

/** `?explain=true` adds why the validation came out as it did. */
const isExplained = (query: unknown): boolean =>
  isPlainObject(query) && (query['explain'] === 'true' || query['explain'] === '1')

/** `POST /v1/validations` (engine-core §16) and the older endpoint of one voucher (§21). */
export function validationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/validations', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const validation = await validate(tx, call, readStackBody(request.body))
      return { status: 200, body: toStackBody(validation, isExplained(request.query)) }
    }),
  )

  app.post<{ Params: { code: string } }>('/v1/vouchers/:code/validate', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = readSingleBody(request.params.code, request.body, request.query)
      const validation = await validate(tx, call, input)
      return { status: 200, body: toSingleBody(validation, isExplained(request.query)) }
    }),
  )
}
