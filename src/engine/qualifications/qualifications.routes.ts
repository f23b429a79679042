import type { FastifyInstance } from 'fastify'
import type { Db } from '../../platform/db.ts'
import { toCall } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { isExplained } from '../validations/index.ts'
import { readQualification } from './qualification.schema.ts'
import { toBody } from './qualification-answer.ts'
import { qualify } from './qualify.ts'

/** The answer of `POST /v1/qualifications` and of its client-side twin. */
export async function answerQualification(
  db: Db,
  call: Call,
  { body, query }: { body: unknown; query: unknown },
): Promise<object> {
  return toBody(db, await qualify(db, call, readQualification(body)), isExplained(query))
}

/** Qualifications (engine-core §20). */
export function qualificationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/qualifications', (request) =>
    answerQualification(deps.db, toCall(request, deps), request),
  )
}
