/**
 * Definitions of Segment's published package as ours, where the operator installed it. Start at
 * to-definition.ts (what a foreign definition becomes); to-action.ts runs one, request-client.ts is its way
 * out, installed.ts finds it.
 */
export { indexPackage } from './index-package.ts'
export { type Installed, installedDir, openInstalled, readIndex, writeIndex } from './installed.ts'
export { MANIFEST, PACKAGE } from './package.ts'
