import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { type Asked, readSingleBody, readStackBody } from '../evaluation/index.ts'
import { releaseSession } from '../sessions/index.ts'
import { lockVouchersByCode } from '../vouchers/index.ts'
import { validate } from './validate.ts'
import { toSingleBody, toStackBody } from './validation-answer.ts'

/** `?explain=true` adds why the validation came out as it did. */
export const isExplained = (query: unknown): boolean =>
  isPlainObject(query) && (query['explain'] === 'true' || query['explain'] === '1')

/** What is asked of an endpoint: its body and its query. */
type Request = { body: unknown; query: unknown }

/** Answers `POST /v1/validations` and its client-side twin (engine-core §16). */
export async function answerValidation(
  tx: Tx,
  call: Call,
  { body, query }: Request,
): Promise<Answer> {
  const validation = await validate(tx, call, readStackBody(body))
  return { status: 200, body: toStackBody(validation, isExplained(query)) }
}

/** Answers the older endpoints of one voucher or tier (§21). */
export async function answerSingleValidation(
  tx: Tx,
  call: Call,
  named: Pick<Asked, 'object' | 'id'>,
  { body, query }: Request,
): Promise<Answer> {
  const validation = await validate(tx, call, readSingleBody(named, body, query))
  return { status: 200, body: toSingleBody(validation, isExplained(query)) }
}

/** Validations (engine-core §16), the older endpoints of one redeemable (§21), and the end of sessions (§17). */
export function validationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/validations', (request, reply) =>
    command(deps, request, reply, (tx, call) => answerValidation(tx, call, request)),
  )

  app.post<{ Params: { code: string } }>('/v1/vouchers/:code/validate', (request, reply) =>
    command(deps, request, reply, (tx, call) =>
      answerSingleValidation(tx, call, { object: 'voucher', id: request.params.code }, request),
    ),
  )

  app.post<{ Params: { id: string } }>('/v1/promotions/tiers/:id/validation', (request, reply) =>
    command(deps, request, reply, (tx, call) =>
      answerSingleValidation(
        tx,
        call,
        { object: 'promotion_tier', id: request.params.id },
        request,
      ),
    ),
  )

  app.delete<{ Params: { code: string; key: string } }>(
    '/v1/vouchers/:code/sessions/:key',
    (request, reply) =>
      command(deps, request, reply, async (tx, { projectId }) => {
        const { code, key } = request.params
        const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
        if (!voucher) throw notFound('voucher', code)
        if (!(await releaseSession(tx, { projectId, voucherId: voucher.id, key }))) {
          throw notFound('session', key)
        }
        return { status: 204, body: undefined }
      }),
  )
}
