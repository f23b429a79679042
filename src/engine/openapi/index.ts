/**
 * The OpenAPI document of the engine: the schemas that check requests, and views that the tests hold answers to.
 * Start at document.routes.ts; operations/ names every endpoint, views/ what they answer.
 */
export { documentRoute, toEngineDocument } from './document.routes.ts'
