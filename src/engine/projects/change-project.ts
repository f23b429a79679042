import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import {
  closeProject,
  findFirstProject,
  insertProject,
  type ProjectKeys,
} from '../../platform/auth/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Vault } from '../../platform/secrets.ts'
import { saveClientSettings } from '../client-api/index.ts'
import { saveProjectSettings } from '../project-settings/index.ts'
import { assignUser } from '../users/index.ts'
import { calculateProject } from './calculate-project.ts'
import { lockProject, updateProject } from './project.repo.ts'
import type { NewProjectInput, ProjectInput } from './project.schema.ts'
import { CLUSTER_ID, type Project } from './project.ts'

/**
 * Makes a project with keys of its own, and with the users that `input` names. Throws `forbidden` for another cluster,
 * `invalid_payload`, and what assigning a user throws.
 */
export async function createProject(
  tx: Tx,
  input: NewProjectInput & { name: string },
  { vault, now }: { vault: Vault; now: Date },
): Promise<{ project: Project; keys: ProjectKeys }> {
  const cluster = input.cluster_id ?? CLUSTER_ID
  if (cluster !== CLUSTER_ID) {
    throw new ApiError('forbidden', { details: `There is no cluster ${cluster} here` })
  }
  const keys = await insertProject(tx, { name: input.name, vault, now })
  const project = await changeProject(tx, { id: keys.projectId, input, now })
  for (const { role, ...reference } of input.users ?? []) {
    await assignUser(tx, { projectId: project.id, reference, role, now })
  }
  return { project, keys }
}

/** Changes what `input` gives, which holds at once. Throws `not_found` and `invalid_payload`. */
export async function changeProject(
  tx: Tx,
  { id, input, now }: { id: string; input: ProjectInput; now: Date },
): Promise<Project> {
  const stored = await lockProject(tx, id)
  if (!stored) throw notFound('project', id)
  const project = calculateProject(stored, input)
  if (!(await saveProjectSettings(tx, id, project.settings))) {
    throw new ApiError('invalid_payload', {
      details: 'Property .case_sensitive_codes cannot be changed once the project has codes',
    })
  }
  await saveClientSettings(tx, id, { ...project.client, now })
  await updateProject(tx, project)
  return project
}

/**
 * Deletes a project: nobody finds it from now on, its keys end, and what it holds is deleted in the background. Throws
 * `not_found`, and `resource_protected` for the first project, whose keys the server and its commands use themselves.
 */
export async function removeProject(tx: Tx, id: string, clock: Clock): Promise<void> {
  const project = await lockProject(tx, id)
  if (!project) throw notFound('project', id)
  const first = await findFirstProject(tx)
  invariant(first !== undefined, 'a project that is deleted exists')
  if (first === id) {
    throw new ApiError('resource_protected', {
      details: 'The project that the first start made cannot be deleted',
      resource: { type: 'project', id },
    })
  }
  // Not before the wait for whoever had it locked: from then on its keys are forgotten.
  await closeProject(tx, id, clock.now())
}
