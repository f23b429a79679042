import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'

const NAME = { type: ['string', 'null'], maxLength: LIMITS.nameLengthMax }
const ROLE = { type: 'string', maxLength: LIMITS.nameLengthMax }

/** One user of those there are, and the role that he or she gets. */
export const USER_ROLE = { id: NAME, login: NAME, role: ROLE }

export const NEW_ASSIGNMENT = { type: 'object', required: ['role'], properties: USER_ROLE }
export const ROLE_CHANGE = { type: 'object', required: ['role'], properties: { role: ROLE } }

export const INVITATION = {
  type: 'object',
  required: ['email', 'projects'],
  properties: {
    email: { type: 'string', format: 'email', maxLength: LIMITS.nameLengthMax },
    first_name: NAME,
    last_name: NAME,
    projects: {
      type: 'object',
      minProperties: 1,
      maxProperties: LIMITS.listLimitMax,
      additionalProperties: ROLE,
      description: 'The roles of the new user by the ids of projects.',
    },
  },
}

export const parseAssignment = compileBodyCheck<{
  id?: string | null
  login?: string | null
  role: string
}>(NEW_ASSIGNMENT)

export const parseRoleChange = compileBodyCheck<{ role: string }>(ROLE_CHANGE)

export type Invitation = {
  email: string
  first_name?: string | null
  last_name?: string | null
  projects: Record<string, string>
}

export const parseInvitation = compileBodyCheck<Invitation>(INVITATION)
