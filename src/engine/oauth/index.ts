/**
 * OAuth 2.0: short-lived tokens with a part of what an application key may do (engine-core §1.2).
 * Start at oauth.routes.ts; what a scope covers is in decide-permission.ts.
 */
export { byAccessToken } from './by-access-token.ts'
export { oauthRoutes } from './oauth.routes.ts'
