/**
 * Bundles: how often an order holds a set of products, and with which of its units (engine-core §14).
 * Start at match-bundle.ts.
 */
export { type BundlePart, type BundleRules, compileBundle } from './bundle.ts'
export { type BundleLine, type BundleResult, matchBundle, toBundleView } from './match-bundle.ts'
