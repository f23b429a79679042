/**
 * HTTP in both directions: server.ts takes calls in, client.ts is the only way out.
 */

export type { HttpResponse } from './answer-reader.ts'
export { bearerToken } from './bearer.ts'
export {
  createHttpClient,
  type HttpClient,
  type HttpRequest,
  NetworkError,
  type Send,
} from './client.ts'
export { registerHealth } from './health.ts'
export { HOPS_HEADER, readHops } from './hops.ts'
export { parseJsonBodies } from './json-body.ts'
export { answerError, createHttpServer, isTemporary } from './server.ts'
export { createTransport } from './transport.ts'
