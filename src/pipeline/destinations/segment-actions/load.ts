import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { DestinationDefinition } from '../definition.ts'
import type { ForeignCore, ForeignDefinition } from './foreign.ts'
import { CORE, MODULES, PACKAGE } from './package.ts'
import { toDefinition } from './to-definition.ts'

/**
 * Runs the code of one definition of the package that is installed in `dir`, and nothing of the others: some
 * 90 ms for the first, 3 ms for a later one (all of them: 800 ms and 100 MB). Throws when it is not there, or
 * not what it should be.
 */
export function loadDefinition(dir: string, module: string): DestinationDefinition {
  const require = createRequire(join(dir, 'package.json'))
  const { default: definition } = require(`${PACKAGE}/${MODULES}/${module}`) as {
    default?: ForeignDefinition
  }
  if (typeof definition?.actions !== 'object') throw new TypeError(`${module} is no destination`)
  // The very copy that the definition itself works with, or it would not know our errors.
  const core = createRequire(require.resolve(PACKAGE))(CORE) as ForeignCore
  return toDefinition({ core, definition })
}
