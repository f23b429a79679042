import type { FastifyInstance } from 'fastify'

/**
 * Reads every body as JSON whatever its content type says; an empty one is undefined, a primitive is
 * allowed (R-HTTP-04; clients send `content-type: application/json` with nothing behind it).
 */
export function parseJsonBodies(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^(?!multipart\/).*$/,
    { parseAs: 'string', bodyLimit },
    (_request, body, done) => {
      const text = String(body)
      if (text.trim() === '') return done(null, undefined)
      try {
        done(null, JSON.parse(text))
      } catch (error) {
        done(error as SyntaxError, undefined)
      }
    },
  )
}
