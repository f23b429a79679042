import type { FastifyInstance } from 'fastify'

export type Route = { method: string; path: string }

const LINE = /^((?:[│ ] {3})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/

/** Every route of `http`, its parameters written `{name}` by one of their names; without HEAD, which is GET without a body. */
export function listRoutes(http: FastifyInstance): Route[] {
  const parents: string[] = []
  return http
    .printRoutes()
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = LINE.exec(line) ?? []
      const depth = indent.length / 4
      const path = (parents[depth - 1] ?? '') + part
      parents.length = depth
      parents[depth] = path
      return methods
        .split(', ')
        .filter((method) => method !== '' && method !== 'HEAD')
        .map((method) => ({ method, path: path.replace(/\|:\w+/g, '').replace(/:(\w+)/g, '{$1}') }))
    })
}
