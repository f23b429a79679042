import { compileSteps, parsePath, readSteps } from './path.ts'

/** A template cut at its holes: text, hole, text, …, text; `texts` has one entry more than `holes`. */
type CutTemplate = { texts: readonly string[]; holes: readonly string[] }

/**
 * Cuts a template at everything within two (or three) braces that has no closing brace inside, and is not
 * empty. Linear in the length of the text, whatever it holds: event data can be a template (§3.5 x17).
 */
export function cutTemplate(text: string, braces: 2 | 3): CutTemplate {
  const [open, close] = ['{'.repeat(braces), '}'.repeat(braces)]
  const texts: string[] = []
  const holes: string[] = []
  let done = 0
  for (let start = text.indexOf(open); start !== -1; ) {
    const from = start + braces
    const end = text.indexOf('}', from)
    if (end === -1) break
    // All that opens before `end` would close there: when it does not, the search goes on behind it.
    const isHole = end > from && text.startsWith(close, end)
    const next = isHole ? end + braces : end + 1
    if (isHole) {
      texts.push(text.slice(done, start))
      holes.push(text.slice(from, end).trim())
      done = next
    }
    start = text.indexOf(open, next)
  }
  texts.push(text.slice(done))
  return { texts, holes }
}

type Render = (payload: unknown) => string

/**
 * A template as a function of its payload (§3.3, `@template`): holes of three braces are filled first,
 * then those of two in what came out. `holes` are the paths that the text itself names.
 */
export function compileTemplate(text: string): { render: Render; holes: readonly string[] } {
  const outer = cutTemplate(text, 3)
  if (outer.holes.length === 0) {
    const cut = cutTemplate(text, 2)
    return { render: compileFill(cut), holes: cut.holes }
  }
  const fillOuter = compileFill(outer)
  return {
    render: (payload) => fill(cutTemplate(fillOuter(payload), 2), payload),
    holes: [...outer.holes, ...cutTemplate(outer.texts.join(' '), 2).holes],
  }
}

/** Renders a template that is known only now. */
export const renderTemplate = (text: string, payload: unknown): string =>
  fill(cutTemplate(fill(cutTemplate(text, 3), payload), 2), payload)

function fill({ texts, holes }: CutTemplate, payload: unknown): string {
  const values = holes.map((hole) => toText(readSteps(payloadOf(payload), parsePath(hole))))
  return texts.reduce((whole, text, index) => whole + (values[index - 1] ?? '') + text)
}

function compileFill({ texts, holes }: CutTemplate): Render {
  const [first = '', ...rest] = texts
  const parts = rest.map((text, index) => ({
    read: compileSteps(parsePath(holes[index] ?? '')),
    text,
  }))
  return (payload) => {
    const root = payloadOf(payload)
    let whole = first
    for (const { read, text } of parts) whole += toText(read(root)) + text
    return whole
  }
}

/** Without a payload a template reads from an empty object, which shows in `{{.}}`. */
const payloadOf = (payload: unknown): unknown => (payload === undefined ? {} : payload)

const toText = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value)
