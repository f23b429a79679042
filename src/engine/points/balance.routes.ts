import type { FastifyInstance } from 'fastify'
import { command } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { changeBalance, parseBalanceChange, toBalanceAnswer } from './change-balance.ts'

/** `POST /v1/vouchers/{code}/balance` (engine-core §4.6), of gift cards and loyalty cards. */
export function balanceRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post<{ Params: { code: string } }>('/v1/vouchers/:code/balance', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseBalanceChange(request.body)
      const reference = { projectId: call.projectId, code: request.params.code }
      const transaction = await changeBalance(tx, call, reference, input)
      return { status: 200, body: toBalanceAnswer(transaction) }
    }),
  )
}
