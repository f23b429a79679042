/**
 * Publications: giving a voucher to a customer, who holds it from then on.
 * Start at publish.ts (load, decide, save); the rules are in decide-publication.ts and touch no IO.
 */
export { publicationRoutes } from './publication.routes.ts'
