/**
 * HTTP in both directions: server.ts takes calls in, client.ts is the only way out. Calls of this process to itself
 * take neither: transport.ts.
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
export {
  createInProcessDoors,
  type InProcessDoor,
  type InProcessDoors,
} from './in-process-doors.ts'
export { parseJsonBodies, parseJsonBody } from './json-body.ts'
export { answerError, createHttpServer, isTemporary, toErrorAnswer } from './server.ts'
export { splitUrl } from './split-url.ts'
export { createTransport } from './transport.ts'
