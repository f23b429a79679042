import { type BundleRules, compileBundle } from '../bundles/index.ts'
import { type ApplicableTo, compileScope, EVERYTHING, type Scope } from '../discounts/index.ts'
import type { CompiledRule } from '../rules/index.ts'

type Products = { scope: Scope; bundle: BundleRules | null }
const NO_PRODUCTS: Products = { scope: EVERYTHING, bundle: null }

/** Rules are understood once; what they say of products is kept with them. */
const compiled = new WeakMap<CompiledRule, Products>()

/** The products a redeemable is for: those of the first of its rules that names any. */
export function productsOf(rules: readonly CompiledRule[]): Products {
  let products = NO_PRODUCTS
  for (const rule of rules) {
    const { scope, bundle } = compileProducts(rule)
    if (products.scope === EVERYTHING) products = { ...products, scope }
    products = products.bundle === null ? { ...products, bundle } : products
  }
  return products
}

function compileProducts(rule: CompiledRule): Products {
  const known = compiled.get(rule)
  if (known) return known
  const { applicableTo, bundleRules } = rule
  const products = {
    scope: applicableTo === null ? EVERYTHING : compileScope(applicableTo as ApplicableTo),
    bundle: compileBundle(bundleRules),
  }
  compiled.set(rule, products)
  return products
}
