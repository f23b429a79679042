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
      try {
        done(null, parseJsonBody(String(body)))
      } catch (error) {
        done(error as SyntaxError, undefined)
      }
    },
  )
}

/** The value of one such body. Throws `SyntaxError`. */
export const parseJsonBody = (text: string): unknown =>
  text.trim() === '' ? undefined : JSON.parse(text)
