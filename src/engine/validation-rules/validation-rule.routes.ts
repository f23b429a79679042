import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { command, isTrue, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { assignAsAsked, unassignRule } from './assign-rule.ts'
import { listAssignments } from './assignment.repo.ts'
import { toAssignmentView } from './assignment.ts'
import { changeRule, createRule, removeRule } from './change-rule.ts'
import { findRule, listRules } from './validation-rule.repo.ts'
import {
  type AssignmentList,
  parseAssignmentList,
  parseRuleList,
} from './validation-rule.schema.ts'
import { toRuleView } from './validation-rule.ts'

type OfRule = { Params: { id: string } }
type OfAssignment = { Params: { id: string; assignmentId: string } }
type OfAssigning = OfRule & { Querystring: { force?: unknown } }

/** `/v1/validation-rules` and `/v1/validation-rules-assignments` (engine-core §9.5). */
export function validationRuleRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/validation-rules', async (request) => {
    const { projectId } = toCall(request, deps)
    const { rules, total } = await listRules(deps.db, projectId, parseRuleList(request.query))
    const views = rules.map(({ rule, assignmentsCount }) => toRuleView(rule, assignmentsCount))
    return toListView('data', views, total)
  })

  app.post('/v1/validation-rules', (request, reply) =>
    command(deps, request, reply, async (tx, call) => ({
      status: 200,
      body: await createRule(tx, call, request.body),
    })),
  )

  app.get<OfRule>('/v1/validation-rules/:id', async (request) => {
    const { id } = request.params
    const found = await findRule(deps.db, toCall(request, deps).projectId, id)
    if (!found) throw notFound('validation_rules', id)
    return toRuleView(found.rule, found.assignmentsCount)
  })

  app.put<OfRule>('/v1/validation-rules/:id', (request, reply) =>
    command(deps, request, reply, async (tx, call) => ({
      status: 200,
      body: await changeRule(tx, call, { id: request.params.id, body: request.body }),
    })),
  )

  app.delete<OfRule>('/v1/validation-rules/:id', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      await removeRule(tx, call, request.params.id)
      return { status: 204, body: undefined }
    }),
  )

  assignmentRoutes(app, deps)
}

function assignmentRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const list = async (projectId: string, query: AssignmentList) => {
    const { assignments, total } = await listAssignments(deps.db, projectId, query)
    return toListView('data', assignments.map(toAssignmentView), total)
  }

  app.get('/v1/validation-rules-assignments', (request) =>
    list(toCall(request, deps).projectId, parseAssignmentList(request.query)),
  )

  app.get<OfRule>('/v1/validation-rules/:id/assignments', (request) => {
    const query = parseAssignmentList(request.query)
    return list(toCall(request, deps).projectId, { ...query, ruleId: request.params.id })
  })

  app.post<OfAssigning>('/v1/validation-rules/:id/assignments', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { params, query, body } = request
      const wish = { ruleId: params.id, body, isForced: isTrue(query.force) }
      return { status: 200, body: toAssignmentView(await assignAsAsked(tx, call, wish)) }
    }),
  )

  app.delete<OfAssignment>('/v1/validation-rules/:id/assignments/:assignmentId', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { id: ruleId, assignmentId: id } = request.params
      await unassignRule(tx, call, { ruleId, id })
      return { status: 204, body: undefined }
    }),
  )
}
