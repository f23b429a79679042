import { compileCondition, type Matcher } from './compile-condition.ts'
import type { TriggerNode } from './trigger.ts'

/** Whether an event meets `node`, as a closure that allocates nothing and never throws. */
export function compileNode(node: TriggerNode): Matcher {
  if (node.kind === 'never') return never
  if (node.kind === 'condition') return compileCondition(node)
  const matchers = node.children.map(compileNode)
  return node.operator === 'and' ? all(matchers) : any(matchers)
}

const never: Matcher = () => false

/** Most groups are small: written out, they cost no loop. */
function all(matchers: readonly Matcher[]): Matcher {
  const [a, b, c, ...others] = matchers
  if (!a) return never
  if (!b) return a
  if (!c) return (event) => a(event) && b(event)
  if (others.length === 0) return (event) => a(event) && b(event) && c(event)
  return (event) => {
    for (const matches of matchers) if (!matches(event)) return false
    return true
  }
}

function any(matchers: readonly Matcher[]): Matcher {
  const [a, b, c, ...others] = matchers
  if (!a) return never
  if (!b) return a
  if (!c) return (event) => a(event) || b(event)
  if (others.length === 0) return (event) => a(event) || b(event) || c(event)
  return (event) => {
    for (const matches of matchers) if (matches(event)) return true
    return false
  }
}
