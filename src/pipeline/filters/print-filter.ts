import type { FilterNode } from './filter.ts'

const RESERVED: ReadonlySet<string> = new Set(['all', 'and', 'or', 'in', 'true', 'false', 'null'])

/** `node` as it is written; reading that gives `node` again. */
export function printFilter(node: FilterNode): string {
  switch (node.kind) {
    case 'value':
      return typeof node.value === 'string' ? printText(node.value) : String(node.value)
    case 'list':
      return `[${node.items.map(printItem).join(', ')}]`
    case 'path':
      return printPath(node.path)
    case 'not':
      return node.operand.kind === 'not'
        ? `!${printFilter(node.operand)}`
        : `!${printItem(node.operand)}`
    case 'group':
      return node.operands.map(printOperand).join(` ${node.operator} `)
    case 'comparison':
      return `${printItem(node.left)} ${node.operator} ${printItem(node.right)}`
    case 'call':
      return `${node.name}( ${node.arguments.map(printFilter).join(', ')} )`
  }
}

/** In parentheses where it would be read otherwise: as an item of a list, or on one side of an operator. */
const printItem = (node: FilterNode): string =>
  node.kind === 'group' || node.kind === 'comparison' || node.kind === 'not'
    ? `( ${printFilter(node)} )`
    : printFilter(node)

const printOperand = (node: FilterNode): string =>
  node.kind === 'group' ? `( ${printFilter(node)} )` : printFilter(node)

const printText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

/** A path as it is written: what is no letter, digit, `_` or `-` gets a `\`, and so does what would be no path. */
export function printPath(path: readonly string[]): string {
  const text = path.map((name) => name.replace(/[^A-Za-z0-9_-]/gu, '\\$&')).join('.')
  return RESERVED.has(text) || /^[0-9-]/.test(text) ? `\\${text}` : text
}
