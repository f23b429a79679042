import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileSchemas, NO_SCHEMAS, type ProjectSchemas } from './compile-schema.ts'
import { findEventSchemasOfProjects } from './event-schemas.repo.ts'
import { findSchemasOfProjects } from './metadata-schemas.repo.ts'

/** The schemas of each project that they were loaded for. */
export type SchemasOf = (projectId: string) => ProjectSchemas

/** `readMs` is when they were read, `askedMs` when somebody last set out to read them again. */
type Remembered = { schemas: ProjectSchemas; readMs: number; askedMs: number }

const remembered = new Map<string, Remembered>()
/** Moves when something is forgotten: what was read before must not be remembered after. */
let generation = 0

/**
 * The schemas of projects, as they were `LIMITS.metadataSchemasAgeMs` ago at most twice over; what this process changed
 * holds at once. Whoever finds them too old reads them again while others go on with what there is, so a busy project
 * costs a query every few seconds, and none that waits.
 */
export async function findSchemas(db: Db, projectIds: readonly string[]): Promise<SchemasOf> {
  const nowMs = performance.now()
  const found = new Map<string, ProjectSchemas>()
  const stale = new Set<string>()
  for (const projectId of projectIds) {
    const known = remembered.get(projectId)
    // What nobody asked for in a long time is good for nobody.
    const isUsable = known && nowMs - known.readMs < 2 * LIMITS.metadataSchemasAgeMs
    if (isUsable) found.set(projectId, known.schemas)
    if (isUsable && nowMs - known.askedMs < LIMITS.metadataSchemasAgeMs) continue
    stale.add(projectId)
    if (known) known.askedMs = nowMs
  }
  if (stale.size > 0) await load(db, [...stale], { found, nowMs })
  return (projectId) => found.get(projectId) ?? NO_SCHEMAS
}

async function load(
  db: Db,
  projectIds: readonly string[],
  { found, nowMs }: { found: Map<string, ProjectSchemas>; nowMs: number },
): Promise<void> {
  const begunIn = generation
  const [schemas, events] = await Promise.all([
    findSchemasOfProjects(db, projectIds),
    findEventSchemasOfProjects(db, projectIds),
  ])
  for (const projectId of projectIds) {
    const isOf = (each: { projectId: string }) => each.projectId === projectId
    const compiled = compileSchemas({ schemas: schemas.filter(isOf), events: events.filter(isOf) })
    found.set(projectId, compiled)
    if (begunIn === generation) remember(projectId, compiled, nowMs)
  }
}

/** The project that was read longest ago makes room. */
function remember(projectId: string, schemas: ProjectSchemas, readMs: number): void {
  if ((remembered.get(projectId)?.readMs ?? readMs) > readMs) return
  remembered.delete(projectId)
  const [oldest] = remembered.keys()
  if (oldest !== undefined && remembered.size >= LIMITS.metadataSchemasKept)
    remembered.delete(oldest)
  remembered.set(projectId, { schemas, readMs, askedMs: readMs })
}

/** To be called when a change of the schemas of a project has been committed. */
export function forgetSchemas(projectId: string): void {
  generation += 1
  remembered.delete(projectId)
}
