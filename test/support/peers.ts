import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Loads a package that test/peers installs, apart from the product's own packages. */
export const requirePeer = createRequire(join(import.meta.dirname, '..', 'peers', 'package.json'))
